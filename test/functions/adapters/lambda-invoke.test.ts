import { LambdaClient } from '@aws-sdk/client-lambda';
import { afterEach, describe, expect, it } from 'vitest';
import { createInvoke } from '#functions/adapters/lambda-invoke.ts';
import { listen, type Listening } from '#scripts/stack/listen.ts';
import type { Fetch } from '#scripts/stack/stand-in.ts';

let server: Listening;
afterEach(() => server.close());

async function start(answer: Fetch) {
  server = await listen(answer);
  const credentials = { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' };
  const client = new LambdaClient({ endpoint: server.url, region: 'us-east-1', credentials, maxAttempts: 1 });
  return createInvoke(client, { functionName: 'calendar-sync', timeout: 200 });
}

describe('invoking a function', () => {
  it('waits for its reply', async () => {
    const seen: string[] = [];
    const invoke = await start(async (request) => {
      seen.push(new URL(request.url).pathname, request.headers.get('x-amz-invocation-type') ?? '');
      return Response.json({ echo: await request.json() });
    });
    expect(await invoke({ action: 'get' })).toEqual({ echo: { action: 'get' } });
    expect(seen).toEqual(['/2015-03-31/functions/calendar-sync/invocations', 'RequestResponse']);
  });

  it('throws what the function threw', async () => {
    const headers = { 'x-amz-function-error': 'Unhandled' };
    const invoke = await start(async () => Response.json({ errorMessage: 'Google said no' }, { headers }));
    await expect(invoke({})).rejects.toThrow('calendar-sync failed: Google said no');
    await server.close();
    const broken = await start(async () => new Response('null', { headers }));
    await expect(broken({})).rejects.toThrow('calendar-sync failed: no reason given');
  });

  it('does not wait longer than its time limit', async () => {
    const invoke = await start(() => new Promise(() => undefined));
    await expect(invoke({})).rejects.toThrow(/abort/i);
  });
});
