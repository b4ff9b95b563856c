import type { EdgeRequest, EdgeResponse, EdgeValue } from './distribution-function.ts';

/** A viewer's request on its way through the distribution. Query and cookies stay as they were sent. */
export interface ViewerRequest {
  readonly method: string;
  /** Path, percent-encoded as sent. */
  readonly uri: string;
  readonly query: readonly Pair[];
  readonly headers: Headers;
  readonly cookies: readonly Pair[];
  readonly body: Uint8Array<ArrayBuffer>;
}

export type Pair = readonly [name: string, value: string | undefined];

export async function readViewer(request: Request): Promise<ViewerRequest> {
  const url = new URL(request.url);
  const headers = new Headers(request.headers);
  const cookies = splitPairs(headers.get('cookie') ?? '', /;\s*/);
  headers.delete('cookie');
  if (!headers.has('host')) headers.set('host', url.host);
  return {
    method: request.method,
    uri: url.pathname,
    query: splitPairs(url.search.slice(1), '&'),
    headers,
    cookies,
    body: new Uint8Array(await request.arrayBuffer()),
  };
}

export function joinPairs(pairs: readonly Pair[], separator: string): string {
  return pairs.map(([name, value]) => (value === undefined ? name : `${name}=${value}`)).join(separator);
}

/** The request as a CloudFront Function sees it. */
export function toEdgeRequest(viewer: ViewerRequest): EdgeRequest {
  return {
    method: viewer.method,
    uri: viewer.uri,
    querystring: groupPairs(viewer.query),
    headers: Object.fromEntries([...viewer.headers].map(([name, value]) => [name, { value }])),
    cookies: groupPairs(viewer.cookies),
  };
}

/** The viewer's request as a function changed it; the method and the body are not a function's to change. */
export function withEdgeRequest(viewer: ViewerRequest, edge: EdgeRequest): ViewerRequest {
  return {
    ...viewer,
    uri: edge.uri,
    query: ungroupPairs(edge.querystring),
    headers: toHeaders(edge.headers),
    cookies: ungroupPairs(edge.cookies),
  };
}

/** Headers of a function's answer, its cookies as `set-cookie`. */
export function toResponseHeaders(edge: EdgeResponse): Headers {
  const headers = toHeaders(edge.headers);
  for (const [name, { value, attributes }] of Object.entries(edge.cookies))
    headers.append('set-cookie', `${name}=${value}${attributes ? `; ${attributes}` : ''}`);
  return headers;
}

function toHeaders(values: EdgeRequest['headers']): Headers {
  const headers = new Headers();
  for (const [name, value] of ungroupPairs(values)) headers.append(name, value ?? '');
  return headers;
}

function splitPairs(text: string, separator: string | RegExp): Pair[] {
  return text
    .split(separator)
    .filter((part) => part !== '')
    .map((part) => {
      const at = part.indexOf('=');
      return at < 0 ? [part, undefined] : [part.slice(0, at), part.slice(at + 1)];
    });
}

function groupPairs(pairs: readonly Pair[]): Record<string, EdgeValue> {
  const groups = Object.groupBy(pairs, ([name]) => name);
  return Object.fromEntries(
    Object.entries(groups).map(([name, group]) => {
      const all = group!.map(([, value]) => ({ value: value ?? '' }));
      return [name, all.length === 1 ? all[0]! : { value: all[0]!.value, multiValue: all }];
    }),
  );
}

function ungroupPairs(values: Readonly<Record<string, EdgeValue>>): Pair[] {
  return Object.entries(values).flatMap(([name, { value, multiValue }]) =>
    (multiValue ?? [{ value }]).map((one): Pair => [name, one.value]),
  );
}
