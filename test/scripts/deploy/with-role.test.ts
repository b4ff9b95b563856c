import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listen, type Listening } from '#scripts/stack/listen.ts';

const ROLE = 'arn:aws:iam::123456789012:role/bosun-plan';
const claims = Buffer.from(JSON.stringify({ sub: 'repo:sail/jada:pull_request' })).toString('base64url');
const IDENTITY = `head.${claims}.signature`;

let server: Listening;
let requests: { path: string; authorization: string | null; body: string }[] = [];
let trusted = true;

/** GitHub's tokens and AWS's STS, of each the one request that matters. */
async function answer(request: Request): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const body = await request.text();
  requests.push({ path: pathname + search, authorization: request.headers.get('authorization'), body });
  if (pathname === '/token') return Response.json({ value: IDENTITY });
  const xml = { headers: { 'content-type': 'text/xml' } };
  if (!trusted)
    return new Response(
      '<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>Not authorized to perform sts:AssumeRoleWithWebIdentity</Message></Error></ErrorResponse>',
      { status: 403, ...xml },
    );
  return new Response(
    `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult><Credentials>
      <AccessKeyId>ASIA1</AccessKeyId><SecretAccessKey>short-lived</SecretAccessKey><SessionToken>session</SessionToken>
      <Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`,
    xml,
  );
}

beforeAll(async () => {
  server = await listen(answer);
});
afterAll(() => server.close());
beforeEach(() => {
  requests = [];
  trusted = true;
});

const inWorkflow = () => ({
  GITHUB_ACTIONS: 'true',
  GITHUB_RUN_ID: '4711',
  GITHUB_JOB: 'plan',
  ACTIONS_ID_TOKEN_REQUEST_URL: `${server.url}/token?api-version=1`,
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'of-the-run',
  AWS_ENDPOINT_URL_STS: `${server.url}/sts`,
});

const SHOW =
  'console.log(JSON.stringify(Object.fromEntries(Object.entries(process.env).filter(([name]) => /^AWS_[AS]|^ACTIONS|^MINE/.test(name)))))';
const run = (words: string[], env: Record<string, string>) =>
  new Promise<{ code: number; out: string; err: string }>((resolve) => {
    const script = join(import.meta.dirname, '../../../scripts/with-role.ts');
    execFile(
      process.execPath,
      [script, ...words],
      { env: { PATH: process.env.PATH, ...env } },
      (error, out, err) => resolve({ code: Number(error?.code ?? 0), out, err }),
    );
  });

describe('npm run with-role', () => {
  it("runs a command with the role's credentials, and without what others could be had with", async () => {
    const words = ['--role', ROLE, '--', process.execPath, '-e', `${SHOW}; process.exit(3)`, 'with spaces'];
    const done = await run(words, { ...inWorkflow(), MINE: 'kept' });
    // It ends as the command ends.
    expect(done.code).toBe(3);
    expect(JSON.parse(done.out)).toEqual({
      AWS_ACCESS_KEY_ID: 'ASIA1',
      AWS_SECRET_ACCESS_KEY: 'short-lived',
      AWS_SESSION_TOKEN: 'session',
      MINE: 'kept',
    });
    const [token, sts] = requests;
    expect(token).toMatchObject({
      path: '/token?api-version=1&audience=sts.amazonaws.com',
      authorization: 'Bearer of-the-run',
    });
    const asked = new URLSearchParams(sts!.body);
    expect(Object.fromEntries(asked)).toMatchObject({
      Action: 'AssumeRoleWithWebIdentity',
      RoleArn: ROLE,
      RoleSessionName: 'plan-4711',
      WebIdentityToken: IDENTITY,
    });
    expect(sts!.authorization).toBeNull();
  });

  it('says which identity a role would have to trust, and never shows the token', async () => {
    trusted = false;
    const refused = await run(['--role', ROLE, '--', process.execPath, '-e', SHOW], inWorkflow());
    expect(refused).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringContaining('Its identity is "repo:sail/jada:pull_request"'),
    });
    expect(refused.err).not.toMatch(/signature|of-the-run/);
  });

  it('runs with what a laptop has, and asks nobody', async () => {
    const mine = { AWS_ACCESS_KEY_ID: 'mine', AWS_SECRET_ACCESS_KEY: 'mine' };
    const done = await run(['--role', '', '--', process.execPath, '-e', SHOW], mine);
    expect(JSON.parse(done.out)).toEqual(mine);
    expect(requests).toEqual([]);
  });

  it('refuses a role that is none, and a job without the right to ask', async () => {
    const { ACTIONS_ID_TOKEN_REQUEST_TOKEN: _, ...unable } = inWorkflow();
    const [empty, job] = await Promise.all([
      run(['--role', '', '--', 'true'], inWorkflow()),
      run(['--role', ROLE, '--', 'true'], unable),
    ]);
    expect(empty).toMatchObject({ code: 2, err: expect.stringContaining('--role is empty') });
    expect(job).toMatchObject({ code: 2, err: expect.stringContaining('id-token: write') });
    expect(requests).toEqual([]);
  });
});
