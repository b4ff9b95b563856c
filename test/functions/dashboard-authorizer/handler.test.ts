import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createSecretsManager, type SecretsManager } from '#scripts/stack/aws/secrets-manager.ts';
import type { handler } from '#functions/dashboard-authorizer/handler.ts';
import { serve, type ServedService } from '#test/scripts/stack/aws/serve.ts';

const name = 'jada/dashboard-lambda';
let secrets: SecretsManager;
let server: ServedService;
let authorize: typeof handler;

beforeAll(async () => {
  const arn = `arn:aws:secretsmanager:us-east-1:000000000000:secret:${name}-AbCdEf`;
  secrets = createSecretsManager({ secrets: [{ name, arn }], versions: new Map() });
  server = await serve('secretsmanager', secrets.service);
  vi.stubEnv('AWS_ENDPOINT_URL', server.url);
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDTEST');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  vi.stubEnv('DASHBOARD_SECRET', name);
  ({ handler: authorize } = await import('#functions/dashboard-authorizer/handler.ts'));
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await server.close();
});

const ask = (token: string) => authorize({ headers: { 'x-dashboard-token': token } });

describe('the authorizer’s handler', () => {
  it('lets both tokens of a rotation pass, and reads each stage of the secret only once', async () => {
    secrets.put(name, 'first');
    secrets.put(name, 'second');
    expect(await ask('second')).toEqual({ isAuthorized: true });
    expect(await ask('first')).toEqual({ isAuthorized: true });
    expect(await ask('third')).toEqual({ isAuthorized: false });
    expect(server.asked).toHaveLength(3);
  });
});

describe('the authorizer’s handler of a secret without a value', () => {
  it('refuses instead of failing', async () => {
    vi.resetModules();
    vi.stubEnv('DASHBOARD_SECRET', 'no/such-secret');
    const { handler: unconfigured } = await import('#functions/dashboard-authorizer/handler.ts');
    expect(await unconfigured({ headers: { 'x-dashboard-token': 'first' } })).toEqual({
      isAuthorized: false,
    });
  });

  it('does not start without the name of its secret', async () => {
    vi.resetModules();
    vi.stubEnv('DASHBOARD_SECRET', '');
    await expect(import('#functions/dashboard-authorizer/handler.ts')).rejects.toThrow(
      'dashboard-authorizer cannot start: DASHBOARD_SECRET is missing',
    );
  });
});
