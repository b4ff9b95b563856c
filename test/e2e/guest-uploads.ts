import type { UploadForm } from '#functions/adapters/photos-s3.ts';
import { PICTURES } from '#test/functions/photo-arrivals/pictures.ts';
import { get } from './look.ts';
import type { World } from './world.ts';

type At = Pick<World, 'endpoints'>;

/** One object for which a guest's browser wants a form. */
export const wanted = (photo: string, more: object = {}) => ({
  photo,
  variant: 'original',
  type: 'image/jpeg',
  size: PICTURES.jpeg.length,
  ...more,
});

export type Outcome = { readonly photo: string; readonly status: string } & UploadForm;

export interface Answer {
  readonly status: number;
  /** Of a problem. */
  readonly code?: string;
  readonly detail?: string;
  /** Of a refusal there are none. */
  readonly uploads: readonly Outcome[];
}

/** Asks for forms as the page does, through the distribution; without a key when none is given. */
export async function ask(
  world: At,
  pageId: string,
  key: string,
  uploads: readonly object[],
): Promise<Answer> {
  const answer = await fetch(`${world.endpoints.edge}/api/g/${pageId}/presign`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key !== '' && { 'x-upload-key': key }) },
    body: JSON.stringify({ uploads }),
  });
  return toAnswer(answer);
}

/** Looks at the photos as the page does. */
export const look = async (world: At, pageId: string, key: string) =>
  toAnswer(await get(`${world.endpoints.edge}/api/g/${pageId}/photos`, { 'x-upload-key': key }));

async function toAnswer(answer: Response): Promise<Answer & { photos: readonly { photo: string }[] }> {
  const body = (await answer.json()) as Partial<Answer> & { photos?: { photo: string }[] };
  const { code, detail, uploads = [], photos = [] } = body;
  const isProblem = answer.headers.get('content-type') === 'application/problem+json';
  if (isProblem === answer.ok) throw new Error(`${answer.status} as ${answer.headers.get('content-type')}`);
  return {
    status: answer.status,
    ...(code !== undefined && { code }),
    ...(detail !== undefined && { detail }),
    uploads,
    photos,
  };
}

/** What the bucket says to a form: its status, and for a refusal its code and reason. */
export interface Taken {
  readonly status: number;
  readonly code?: string | undefined;
  readonly message?: string | undefined;
}

/** Sends a file by a form as a browser does. */
export async function send({ url, fields }: UploadForm, bytes: Uint8Array = PICTURES.jpeg): Promise<Taken> {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  body.append('file', new Blob([new Uint8Array(bytes)]), 'picture.jpg');
  const answer = await fetch(url, { method: 'POST', body });
  const text = await answer.text();
  const part = (name: string) =>
    new RegExp(`<${name}>(.*?)</${name}>`).exec(text)?.[1]?.replaceAll('&quot;', '"');
  return { status: answer.status, code: part('Code'), message: part('Message') };
}

/** The same form with other fields than those that were signed. */
export const withFields = (form: UploadForm, fields: Record<string, string>): UploadForm => ({
  ...form,
  fields: { ...form.fields, ...fields },
});
