import type { Route } from './http-api-inputs.ts';

export interface RouteMatch {
  readonly route: Route;
  readonly pathParameters: Readonly<Record<string, string>>;
}

/**
 * Compiles routes into a function that finds the one for a method and the decoded segments of a path, most
 * specific first: literal before `{param}` before `{greedy+}`, a method before ANY, `$default` last.
 * Source: API Gateway guide, "Routing API requests" of HTTP APIs.
 */
export function compileRoutes(routes: readonly Route[]) {
  const compiled = routes.map(compileRoute).sort(bySpecificity);
  return (method: string, segments: readonly string[]): RouteMatch | undefined => {
    for (const { route, ...pattern } of compiled) {
      if (pattern.method !== 'ANY' && pattern.method !== method) continue;
      const pathParameters = matchSegments(pattern.segments, segments);
      if (pathParameters) return { route, pathParameters };
    }
    return undefined;
  };
}

/** The decoded segments of a path, or nothing when it is not valid percent-encoding. */
export function splitPath(path: string): string[] | undefined {
  try {
    return path.slice(1).split('/').map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

interface CompiledRoute {
  readonly route: Route;
  readonly method: string;
  /** Nothing for `$default`, which matches every path. */
  readonly segments: readonly Segment[] | undefined;
  readonly rank: string;
}

interface Segment {
  readonly kind: 'literal' | 'parameter' | 'greedy';
  readonly text: string;
}

const RANK = { literal: '0', parameter: '1', greedy: '2' };

function compileRoute(route: Route): CompiledRoute {
  if (route.routeKey === '$default') return { route, method: 'ANY', segments: undefined, rank: '3' };
  const [method, path] = route.routeKey.split(' ') as [string, string];
  const segments = path.slice(1).split('/').map(toSegment);
  if (segments.slice(0, -1).some((segment) => segment.kind === 'greedy'))
    throw new Error(`route ${route.routeKey}: routeKey: a greedy parameter must be the last segment`);
  const rank = segments.map((segment) => RANK[segment.kind]).join('') + (method === 'ANY' ? 'b' : 'a');
  return { route, method, segments, rank };
}

function toSegment(text: string): Segment {
  const name = /^\{([^{}+]+)(\+?)\}$/.exec(text);
  if (name === null) return { kind: 'literal', text };
  return { kind: name[2] === '+' ? 'greedy' : 'parameter', text: name[1]! };
}

function bySpecificity(a: CompiledRoute, b: CompiledRoute): number {
  return a.rank < b.rank ? -1 : a.rank > b.rank ? 1 : 0;
}

function matchSegments(pattern: CompiledRoute['segments'], path: readonly string[]) {
  const parameters: Record<string, string> = {};
  if (pattern === undefined) return parameters;
  const greedy = pattern.at(-1)?.kind === 'greedy';
  if (greedy ? path.length < pattern.length : path.length !== pattern.length) return undefined;
  for (const [index, { kind, text }] of pattern.entries()) {
    const value = kind === 'greedy' ? path.slice(index).join('/') : path[index]!;
    if (kind === 'literal' ? value !== text : value === '') return undefined;
    if (kind !== 'literal') parameters[text] = value;
  }
  return parameters;
}
