import { AwsError, type Caller } from '../stand-in.ts';
import type { Signers } from './callers.ts';
import { notImplemented } from './not-implemented.ts';
import { verifyPostPolicy, type Fields } from './s3-post-policy.ts';
import { describing, storeObject, type S3Context } from './s3-write.ts';
import { element, xmlResponse } from './xml.ts';

/** A browser's form upload. Without a policy it is judged as the anonymous request it is. */
export async function postObject(context: S3Context, signers: Signers): Promise<Response> {
  const { request, bucket } = context;
  const { fields, file } = await readForm(request.source);
  const key = fields.get('key') ?? '';
  if (key === '')
    throw invalid("Bucket POST must contain a field named 'key'. Please check the order of the fields.");
  const caller: Caller = fields.has('policy')
    ? verifyPostPolicy(fields, bucket.name, file.size, signers)
    : context.caller;
  const headers = objectHeaders(fields);
  const body = new Uint8Array(await file.arrayBuffer());
  const written = await storeObject({ ...context, caller, request: { ...request, key, headers } }, body);
  return answer(fields, bucket.name, key, written.headers, new URL(request.source.url).origin);
}

/** Fields after the file are not read, as S3 does not. */
async function readForm(request: Request): Promise<{ fields: Fields; file: File }> {
  if (!request.headers.get('content-type')?.startsWith('multipart/form-data')) {
    throw notImplemented('s3 POST other than a form upload');
  }
  const form = await request.formData().catch((cause: unknown) => {
    throw new AwsError(
      'MalformedPOSTRequest',
      `The body of your POST request is not well-formed: ${String(cause)}`,
    );
  });
  const fields = new Map<string, string>();
  for (const [name, value] of form) {
    if (name === 'file') {
      const file = typeof value === 'string' ? new File([value], '') : value;
      return { fields: withFileName(fields, file.name), file };
    }
    if (typeof value !== 'string') throw invalid('POST requires exactly one file upload per request.');
    if (fields.has(name.toLowerCase())) throw invalid(`The field ${name} is given twice.`);
    fields.set(name.toLowerCase(), value);
  }
  throw invalid('POST requires exactly one file upload per request.');
}

function withFileName(fields: Map<string, string>, fileName: string): Fields {
  const key = fields.get('key');
  return key === undefined ? fields : fields.set('key', key.replaceAll('${filename}', fileName));
}

/** The fields that say of the object what headers of a PUT would; S3 keeps nothing of others. */
function objectHeaders(fields: Fields): Headers {
  const headers = new Headers();
  for (const [name, value] of fields) {
    if (/[^\x20-\x7e]/.test(value)) throw notImplemented(`s3 POST with ${name} beyond ASCII`);
    if (name === 'acl') headers.set('x-amz-acl', value);
    else if (name.startsWith('x-amz-') || describing.includes(name)) headers.set(name, value);
  }
  return headers;
}

function answer(fields: Fields, bucket: string, key: string, headers: Headers, origin: string): Response {
  const etag = headers.get('etag')!;
  const location = `${origin}/${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`;
  const redirect = fields.get('success_action_redirect');
  if (redirect !== undefined && URL.canParse(redirect)) {
    const target = new URL(redirect);
    for (const [name, value] of Object.entries({ bucket, key, etag })) target.searchParams.set(name, value);
    headers.set('location', target.href);
    return new Response(null, { status: 303, headers });
  }
  headers.set('location', location);
  const status = fields.get('success_action_status');
  if (status !== '201') return new Response(null, { status: status === '200' ? 200 : 204, headers });
  const parts = Object.entries({ Location: location, Bucket: bucket, Key: key, ETag: etag });
  const root = element(
    'PostResponse',
    parts.map(([name, value]) => element(name, value)),
  );
  return xmlResponse(root, { status: 201, headers });
}

const invalid = (message: string): AwsError => new AwsError('InvalidArgument', message);
