import * as z from 'zod';
import { AwsError, type AwsService, type Caller } from '../stand-in.ts';
import { notImplemented } from './not-implemented.ts';

/** One operation of a service of the AWS JSON protocol: how its input is read, and what answers it. */
export interface Operation {
  readonly run: (input: unknown, caller: Caller) => object;
}

/** An operation whose input must fit the schema; anything else in it is a ValidationException. */
export function operation<S extends z.ZodType>(
  schema: S,
  run: (input: z.output<S>, caller: Caller) => object,
): Operation {
  return {
    run(input, caller) {
      const parsed = schema.safeParse(input);
      if (!parsed.success) throw new AwsError('ValidationException', z.prettifyError(parsed.error));
      return run(parsed.data, caller);
    },
  };
}

/** A service of the AWS JSON 1.1 protocol, which names the operation in `X-Amz-Target`. */
export function createJsonService(
  service: string,
  operations: Readonly<Record<string, Operation>>,
): AwsService {
  return async (request, caller) => {
    const name = request.headers.get('x-amz-target')?.split('.').at(-1) ?? `${request.method} ${request.url}`;
    if (!Object.hasOwn(operations, name)) throw notImplemented(`${service} ${name}`);
    const answer = operations[name]!.run(parseJson(await request.text()), caller);
    return Response.json(answer, { headers: { 'content-type': 'application/x-amz-json-1.1' } });
  };
}

/** The JSON of a request's body; throws {@link AwsError} `SerializationException`. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new AwsError('SerializationException', `The body is not JSON: ${String(cause)}`);
  }
}
