import { createContext, Script } from 'node:vm';
import * as z from 'zod';

/** Limit of CloudFront Functions, in bytes of source. */
const MAX_SOURCE_BYTES = 10_240;

export interface EdgeValue {
  readonly value: string;
  readonly multiValue?: readonly { readonly value: string }[] | undefined;
}
type EdgeValues = Readonly<Record<string, EdgeValue>>;

export interface EdgeRequest {
  readonly method: string;
  readonly uri: string;
  readonly querystring: EdgeValues;
  readonly headers: EdgeValues;
  readonly cookies: EdgeValues;
}

export type EdgeResponse = z.infer<typeof responseSchema>;

export interface EdgeEvent {
  readonly version: '1.0';
  readonly context: {
    readonly distributionDomainName: string;
    readonly distributionId: string;
    readonly eventType: 'viewer-request' | 'viewer-response';
    readonly requestId: string;
  };
  readonly viewer: { readonly ip: string };
  readonly request: EdgeRequest;
  readonly response?: EdgeResponse;
}

/** How CloudFront reports a function that failed: 503 when it threw, 502 when it returned nonsense. */
export class EdgeFunctionError extends Error {
  readonly code: 'FunctionExecutionError' | 'FunctionValidationError';
  readonly status: number;
  constructor(code: EdgeFunctionError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.status = code === 'FunctionExecutionError' ? 503 : 502;
  }
}

export type EdgeFunction = (event: EdgeEvent) => Promise<EdgeRequest | EdgeResponse>;

/**
 * Runs a CloudFront Function as `cloudfront-js-2.0` would: the language, `console` and nothing else, and
 * fresh globals for every call. Throws at creation when the source is too large, does not compile or has no
 * `handler`; {@link EdgeFunctionError} when a call fails.
 */
export function createEdgeFunction(arn: string, source: string): EdgeFunction {
  const size = Buffer.byteLength(source);
  if (size > MAX_SOURCE_BYTES)
    throw new Error(`function ${arn}: code is ${size} bytes, CloudFront allows ${MAX_SOURCE_BYTES}`);
  const script = compile(arn, source);
  if (evaluate(script, 'typeof handler') !== 'function')
    throw new Error(`function ${arn}: code declares no function named handler`);
  return async (event) => {
    const result = await call(script, event);
    const parsed = resultSchema.safeParse(result);
    if (parsed.success) return parsed.data;
    throw new EdgeFunctionError('FunctionValidationError', parsed.error.message);
  };
}

function compile(arn: string, source: string): Script {
  try {
    return new Script(source, { filename: arn });
  } catch (cause) {
    throw new Error(`function ${arn}: code does not compile: ${String(cause)}`, { cause });
  }
}

const name = z.string().regex(/^[^A-Z\s]+$/, 'header names are lower-case');
const values = z.record(
  z.string(),
  z.object({ value: z.string(), multiValue: z.array(z.object({ value: z.string() })).optional() }),
);
const headers = z.record(name, values.valueType);

const requestSchema = z.object({
  method: z.string(),
  uri: z.string().startsWith('/'),
  querystring: values,
  headers,
  cookies: values,
});

const responseSchema = z.object({
  statusCode: z.int().min(200).max(599),
  statusDescription: z.string().optional(),
  headers: headers.default({}),
  cookies: z
    .record(z.string(), z.object({ value: z.string(), attributes: z.string().optional() }))
    .default({}),
  body: z
    .union([z.string(), z.object({ encoding: z.enum(['text', 'base64']), data: z.string() })])
    .optional(),
});

const resultSchema = z.union([responseSchema, requestSchema]);

const CONSOLE = 'globalThis.console = { log() {}, error() {} };';

/** The context holds no object of this process: the event goes in and the result comes out as text. */
function evaluate(script: Script, expression: string): unknown {
  const context = createContext({}, { codeGeneration: { strings: false, wasm: false } });
  new Script(CONSOLE).runInContext(context);
  script.runInContext(context, { timeout: 1000 });
  return new Script(expression).runInContext(context, { timeout: 1000 });
}

async function call(script: Script, event: EdgeEvent): Promise<unknown> {
  const text = JSON.stringify(JSON.stringify(event));
  try {
    const reply = evaluate(
      script,
      `(async () => JSON.stringify((await handler(JSON.parse(${text}))) ?? null))()`,
    );
    return JSON.parse((await Promise.race([reply, afterMicrotasks()])) as string);
  } catch (cause) {
    throw new EdgeFunctionError('FunctionExecutionError', String(cause), { cause });
  }
}

/** Nothing but microtasks can run in the context, so what has not settled by then never will. */
function afterMicrotasks(): Promise<never> {
  return new Promise((_resolve, reject) => {
    setImmediate(() => reject(new Error('the function never settled')));
  });
}
