import type { Context, MiddlewareHandler } from 'hono';
import * as z from 'zod';
import { HttpProblem } from '../http.ts';
import type { NoticeCode } from '../scc/notices.ts';
import { isGuestPath, type SccEnv } from './principal.ts';

const FORM = 'application/x-www-form-urlencoded' as const;
const JSON_TYPE = 'application/json' as const;

/** Whether a page's form asks, and a person waits for the next page. */
export const isForm = (c: Context): boolean => mediaTypeOf(c.req.header('content-type')) === FORM;

const mediaTypeOf = (contentType: string | undefined): string | undefined =>
  contentType?.split(';')[0]?.trim().toLowerCase();

/**
 * Leads a form's sender from a problem back to the page, with a notice: nobody sees problem+json. Only ever to pages of
 * the crew's: the event of the path, or the list of charters. Guests' pages have no forms.
 */
export const answerForms: MiddlewareHandler = async (c, next) => {
  if (mediaTypeOf(c.req.header('content-type'))?.startsWith('multipart/') === true)
    throw new HttpProblem(415, 'The body has to be JSON or a URL-encoded form');
  await next();
  const { status } = c.res;
  if (!isForm(c) || status < 400 || isGuestPath(c.req.path)) return;
  const own = c.error instanceof HttpProblem ? c.error.notice : undefined;
  const notice = own ?? NOTICE_BY_STATUS[status] ?? (status < 500 ? 'refused' : 'failed');
  // Whose place is taken has no page of this charter any more.
  const page = notice === 'taken' ? '/crew' : pageOf(c.req.path);
  c.res = c.redirect(status === 401 ? '/crew' : withNotice(page, notice), 303);
};

const NOTICE_BY_STATUS: Record<number, NoticeCode> = { 409: 'changed', 410: 'over', 429: 'too-many' };

const EVENT_PATH = /^\/api\/events\/([0-9a-v]{20})(?:\/|$)/;

const pageOf = (path: string): string => {
  const eventId = EVENT_PATH.exec(path)?.[1];
  return eventId === undefined ? '/crew' : `/crew/events/${eventId}`;
};

const withNotice = (page: string, notice: NoticeCode, fragment?: string): string =>
  `${page}?notice=${notice}${fragment === undefined ? '' : `#${fragment}`}`;

/** After a form's success: the page of the event of the path, at the section that the form was in. */
export const seeEvent = (c: Context, notice: NoticeCode, fragment?: string): Response =>
  c.redirect(withNotice(pageOf(c.req.path), notice, fragment), 303);

/** After a form's success that is about no event. */
export const seeCharters = (c: Context, notice: NoticeCode): Response =>
  c.redirect(withNotice('/crew', notice), 303);

/**
 * `request.body` of a route that takes JSON or a form, by one schema; `form` where a form's fields say it otherwise. It
 * cannot be marked as required: that would make every request be both. {@link bodyOf} refuses a request without a body.
 */
export const jsonOrForm = <S extends z.ZodObject>(
  schema: S,
  description: string,
  form: z.ZodType<z.output<S>> = fromForm(schema),
) => ({
  content: { [JSON_TYPE]: { schema }, [FORM]: { schema: form } },
  description,
});

/** The body of a {@link jsonOrForm} route, whichever it came as: `const body = bodyOf(c)`. */
export function bodyOf<I extends Bodied>({ req }: Context<SccEnv, string, I>): I['out']['json'] {
  const type = mediaTypeOf(req.header('content-type'));
  if (type === undefined) throw new HttpProblem(415, 'The body has to be JSON or a URL-encoded form');
  return req.valid(type === FORM ? 'form' : 'json');
}

interface Bodied {
  in: { json: unknown; form: unknown };
  out: { json: unknown; form: unknown };
}

/**
 * A schema for the same fields as a form sends them: everything is text, what is left empty is absent, and the CSRF
 * token is nothing of the route's.
 */
const fromForm = <S extends z.ZodObject>(schema: S) =>
  z.preprocess((fields) => readFields(fields, schema), schema);

function readFields(fields: unknown, { shape }: z.ZodObject): unknown {
  if (typeof fields !== 'object' || fields === null) return fields;
  const entries = Object.entries(fields).filter(([name]) => name !== 'csrf');
  return Object.fromEntries(
    entries.map(([name, value]) => [
      name,
      readField(value, Object.hasOwn(shape, name) ? (shape[name] as z.ZodType) : undefined),
    ]),
  );
}

function readField(value: unknown, type: z.ZodType | undefined): unknown {
  if (typeof value !== 'string' || type === undefined) return value;
  if (value === '' && type.safeParse(undefined).success) return undefined;
  return (READERS[kindOf(type)] ?? String)(value);
}

/** What does not fit stays text, for the schema to refuse it. */
const READERS: Record<string, (text: string) => unknown> = {
  boolean: (text) => ({ true: true, false: false })[text] ?? text,
  number: (text) => (/^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text),
};

function kindOf(type: z.ZodType): string {
  const inner: unknown = 'innerType' in type.def ? type.def.innerType : undefined;
  return inner instanceof z.ZodType ? kindOf(inner) : type.def.type;
}
