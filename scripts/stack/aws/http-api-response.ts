import * as z from 'zod';

/** A reply in payload format 2.0. `multiValueHeaders` belongs to format 1.0 and is ignored, as on AWS. */
const replySchema = z.object({
  statusCode: z.coerce.number().int().min(200).max(599),
  headers: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).nullish(),
  cookies: z.array(z.string()).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().nullish(),
});

const WITHOUT_BODY = new Set([204, 205, 304]);
const SET_BY_GATEWAY = new Set(['connection', 'content-length', 'date', 'keep-alive', 'transfer-encoding']);

const MESSAGES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  413: 'Request Entity Too Large',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  501: 'AWS_IAM authorization is not implemented by the local stack',
  503: 'Service Unavailable',
};

/** An answer of API Gateway's own. */
export function refuse(status: number): Response {
  return Response.json({ message: MESSAGES[status] }, { status });
}

/** Turns what a function returned into the answer: without a status code it is the body itself, malformed it is 500. */
export function toResponse(payload: unknown): Response {
  if (typeof payload !== 'object' || payload === null || !('statusCode' in payload))
    return respond(typeof payload === 'string' ? payload : JSON.stringify(payload ?? null), {
      'content-type': 'application/json',
    });
  const parsed = replySchema.safeParse(payload);
  if (!parsed.success) return refuse(500);
  const { statusCode, headers, cookies, body, isBase64Encoded } = parsed.data;
  const content = isBase64Encoded ? Buffer.from(body ?? '', 'base64') : (body ?? '');
  try {
    return respond(content, headers ?? {}, statusCode, cookies ?? []);
  } catch {
    return refuse(500);
  }
}

function respond(
  body: string | Uint8Array<ArrayBuffer>,
  declared: Record<string, string | number | boolean>,
  status = 200,
  cookies: readonly string[] = [],
): Response {
  const headers = new Headers();
  for (const [name, value] of Object.entries(declared))
    if (!SET_BY_GATEWAY.has(name.toLowerCase())) headers.set(name, String(value));
  for (const cookie of cookies) headers.append('set-cookie', cookie);
  if (WITHOUT_BODY.has(status)) return new Response(null, { status, headers });
  if (!headers.has('content-type')) headers.set('content-type', 'text/plain;charset=UTF-8');
  return new Response(body, { status, headers });
}
