/** What a log line may say. Closed on purpose: no contacts, tokens, keys or money can get in by a spread object. */
export interface LogFields {
  readonly bookingKey?: string | undefined;
  readonly eventId?: string | undefined;
  readonly revision?: number | undefined;
  readonly run?: string | undefined;
  readonly requestId?: string | undefined;
  readonly notificationId?: string | undefined;
  readonly kind?: string | undefined;
  readonly state?: string | undefined;
  readonly reason?: string | undefined;
  readonly method?: string | undefined;
  /** The route's pattern, `/api/events/:eventId`; never the address, whose last part may be a token. */
  readonly route?: string | undefined;
  readonly status?: number | undefined;
  readonly count?: number | undefined;
  readonly milliseconds?: number | undefined;
  /** Logged by name, message and stack, with its causes; addresses in messages are blanked. */
  readonly error?: unknown;
}

export interface Log {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** One JSON object per line, on stdout unless told otherwise. */
export function createLog(service: string, write: (line: string) => void = toStdout): Log {
  const at =
    (level: string) =>
    (message: string, fields: LogFields = {}) =>
      write(JSON.stringify({ level, service, message, ...allowed(fields) }));
  return { info: at('info'), warn: at('warn'), error: at('error') };
}

const toStdout = (line: string): void => void process.stdout.write(`${line}\n`);

const ALLOWED = [
  'bookingKey',
  'eventId',
  'revision',
  'run',
  'requestId',
  'notificationId',
  'kind',
  'state',
  'reason',
  'method',
  'route',
  'status',
  'count',
  'milliseconds',
] as const satisfies (keyof LogFields)[];

const allowed = (fields: LogFields): Record<string, unknown> => ({
  ...Object.fromEntries(ALLOWED.map((name) => [name, clean(fields[name])])),
  error: fields.error === undefined ? undefined : toErrorFields(fields.error),
});

const clean = (value: unknown): unknown => (typeof value === 'string' ? withoutAddresses(value) : value);

/** SES and others quote the recipient's address in their refusals. */
export const withoutAddresses = (text: string): string =>
  text.replace(/[^\s@<>()"',;:=]+@[^\s@<>()"',;:]+/g, '<address>');

function toErrorFields(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return { name: typeof error };
  return {
    name: error.name,
    message: withoutAddresses(error.message),
    stack: (error.stack ?? '').split('\n').filter(isFrame).slice(0, 12),
    cause: error.cause === undefined || depth > 3 ? undefined : toErrorFields(error.cause, depth + 1),
  };
}

const isFrame = (line: string): boolean => /^\s+at /.test(line);
