import * as z from 'zod';
import { AwsError } from '../stand-in.ts';

/** What a mail says, whichever way it was handed in. */
export interface MailContent {
  readonly subject: string;
  readonly text?: string;
  readonly html?: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Only of raw content: its own idea of who sends. */
  readonly from?: string;
  readonly to?: readonly string[];
}

const part = z.strictObject({ Data: z.string(), Charset: z.string().optional() });

export const simpleContent = z.strictObject({
  Subject: part,
  Body: z.strictObject({ Text: part.optional(), Html: part.optional() }),
  Headers: z.array(z.strictObject({ Name: z.string(), Value: z.string() })).optional(),
});

export const rawContent = z.strictObject({ Data: z.base64() });

/** SES API v2, `MessageHeader`; at most 15 of them. */
const HEADER_NAME = /^[!-9;-@A-~]{1,126}$/;
const HEADER_VALUE = /^[ -~]{1,870}$/;
const MAX_HEADERS = 15;
/** Headers that SES writes itself from the other fields. */
const OWN_HEADERS: readonly string[] = [
  'bcc',
  'cc',
  'content-transfer-encoding',
  'content-type',
  'date',
  'from',
  'message-id',
  'mime-version',
  'reply-to',
  'return-path',
  'sender',
  'subject',
  'to',
];

export function readSimple({ Subject, Body, Headers = [] }: z.output<typeof simpleContent>): MailContent {
  // A line break in a header would let the rest of the text become headers.
  if (/[\r\n]/.test(Subject.Data)) throw badRequest('The subject must not contain line breaks');
  if (Body.Text === undefined && Body.Html === undefined)
    throw badRequest('The body needs a text or an HTML part');
  if (Headers.length > MAX_HEADERS)
    throw badRequest(`A message has at most ${MAX_HEADERS} headers of its own`);
  for (const { Name, Value } of Headers) {
    if (!HEADER_NAME.test(Name) || !HEADER_VALUE.test(Value))
      throw badRequest(`Invalid header: ${JSON.stringify(Name)}`);
    if (OWN_HEADERS.includes(Name.toLowerCase())) throw badRequest(`The header ${Name} cannot be set`);
  }
  return {
    subject: Subject.Data,
    ...(Body.Text !== undefined && { text: Body.Text.Data }),
    ...(Body.Html !== undefined && { html: Body.Html.Data }),
    headers: Object.fromEntries(Headers.map(({ Name, Value }) => [Name, Value])),
  };
}

/** Reads the headers of a raw message; its body is kept as it is, as HTML only where it says it is nothing else. */
export function readRaw({ Data }: z.output<typeof rawContent>): MailContent {
  const source = Buffer.from(Data, 'base64').toString('utf8');
  const [head = '', ...body] = source.split(/\r?\n\r?\n/);
  const lines = head.replaceAll(/\r?\n[ \t]+/g, ' ').split(/\r?\n/);
  const headers = Object.fromEntries(
    lines.flatMap((line) => {
      const [, name, value] = /^([!-9;-~]+):\s*(.*)$/.exec(line) ?? [];
      return name === undefined ? [] : [[name, value!]];
    }),
  );
  const get = (wanted: string): string | undefined =>
    Object.entries(headers).find(([name]) => name.toLowerCase() === wanted)?.[1];
  const to = get('to');
  return {
    subject: get('subject') ?? '',
    [get('content-type')?.startsWith('text/html') ? 'html' : 'text']: body.join('\n\n'),
    headers,
    from: get('from'),
    ...(to !== undefined && { to: to.split(',').map((address) => address.trim()) }),
  };
}

export const badRequest = (message: string): AwsError => new AwsError('BadRequestException', message);
