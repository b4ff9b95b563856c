/** An error as Google's JSON APIs report it: `{ error: { code, message, errors: [{ domain, reason, message }] } }`. */
export class GoogleError extends Error {
  readonly status: number;
  readonly reason: string;
  readonly domain: string;
  readonly location: Readonly<Record<string, string>>;
  constructor(
    status: number,
    reason: string,
    message: string,
    options: { domain?: string; location?: Readonly<Record<string, string>> } = {},
  ) {
    super(message);
    this.status = status;
    this.reason = reason;
    this.domain = options.domain ?? 'global';
    this.location = options.location ?? {};
  }
}

export function toErrorResponse({ status, reason, message, domain, location }: GoogleError): Response {
  const error = { code: status, message, errors: [{ domain, reason, message, ...location }] };
  const headers: HeadersInit =
    status === 401 ? { 'www-authenticate': 'Bearer realm="https://accounts.google.com/"' } : {};
  return Response.json({ error }, { status, headers });
}

export const invalid = (message: string): GoogleError => new GoogleError(400, 'invalid', message);

export const notFound = (): GoogleError => new GoogleError(404, 'notFound', 'Not Found');

export const notImplemented = (what: string): GoogleError =>
  new GoogleError(501, 'notImplemented', `The local stack does not implement ${what}`, { domain: 'local' });
