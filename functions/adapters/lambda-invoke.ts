import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod';

/** Calls another function and waits for its reply. Throws when it fails or takes too long. */
export type Invoke = (payload: unknown) => Promise<unknown>;

export function createInvoke(
  client: LambdaClient,
  { functionName, timeout }: { readonly functionName: string; /** Milliseconds. */ readonly timeout: number },
): Invoke {
  return async (payload) => {
    const { FunctionError, Payload } = await client.send(
      new InvokeCommand({
        FunctionName: functionName,
        InvocationType: 'RequestResponse',
        Payload: JSON.stringify(payload),
      }),
      { abortSignal: AbortSignal.timeout(timeout) },
    );
    const reply: unknown = JSON.parse(Payload?.transformToString() || 'null');
    if (FunctionError === undefined) return reply;
    const { errorMessage } = failureSchema.parse(reply);
    throw new Error(`${functionName} failed: ${errorMessage}`);
  };
}

/** What Lambda makes of an error that a function threw. */
const failureSchema = z
  .object({ errorMessage: z.string().default('no reason given') })
  .catch({ errorMessage: 'no reason given' });
