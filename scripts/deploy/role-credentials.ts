import { AssumeRoleWithWebIdentityCommand, STSClient, type Credentials } from '@aws-sdk/client-sts';
import * as z from 'zod';
import { UserError } from '#bookings/model/problem.ts';
import { fetchWithRetries } from '#functions/adapters/http-client.ts';
import { clientOptions } from '../aws-access.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The environment for a command that acts as a role. In a workflow it holds the role's short-lived credentials, and no longer
 * what others could be had with; anywhere else it is the given one. Throws {@link UserError}.
 */
export async function roleEnvironment(role: string, environment: Environment): Promise<NodeJS.ProcessEnv> {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: token, ...rest } = environment;
  if (url === undefined || token === undefined) {
    if (environment.GITHUB_ACTIONS === undefined) return { ...environment };
    throw new UserError('This job may not ask for an identity: give it "permissions: id-token: write".');
  }
  if (!/^arn:aws:iam::\d{12}:role\/[\w+=,.@/-]+$/.test(role))
    throw new UserError(
      `--role ${role === '' ? 'is empty' : role}: expected arn:aws:iam::<account>:role/<name>. ` +
        'Set the variable that the workflow names; npm run bootstrap says which, and where on GitHub.',
    );
  const identity = await readIdentity(url, token);
  const { AccessKeyId, SecretAccessKey, SessionToken } = await assume(role, identity, sessionOf(rest));
  return {
    ...rest,
    AWS_REGION: rest.AWS_REGION ?? 'us-east-1',
    AWS_ACCESS_KEY_ID: AccessKeyId,
    AWS_SECRET_ACCESS_KEY: SecretAccessKey,
    AWS_SESSION_TOKEN: SessionToken,
  };
}

/** Who did what, in CloudTrail: 2 to 64 of these characters. */
const sessionOf = ({ GITHUB_RUN_ID = 'run', GITHUB_JOB = 'job' }: Environment): string =>
  `${GITHUB_JOB}-${GITHUB_RUN_ID}`.replace(/[^\w+=,.@-]/g, '-').slice(0, 64);

const AUDIENCE = 'sts.amazonaws.com';
const ATTEMPTS = 4;

/** GitHub's signed statement of which repository, branch and environment this run is for; good for minutes. */
async function readIdentity(url: string, token: string): Promise<string> {
  const request = `GET ${new URL(url).origin}`;
  const init = { headers: { authorization: `Bearer ${token}`, accept: 'application/json' } };
  const address = `${url}&audience=${AUDIENCE}`;
  const answer = await fetchWithRetries(
    request,
    { url: address, init, timeout: 20_000, attempts: ATTEMPTS },
    { fetch },
  ).catch((cause: unknown) => {
    throw new UserError(`GitHub gives this run no identity: ${(cause as Error).message}`, [], { cause });
  });
  if (!answer.ok) throw new UserError(`GitHub gives this run no identity: it answers ${answer.status}.`);
  return z.object({ value: z.string().min(1) }).parse(JSON.parse(answer.text)).value;
}

async function assume(role: string, identity: string, session: string): Promise<Credentials> {
  const sts = new STSClient(clientOptions({ region: 'us-east-1' }));
  const command = new AssumeRoleWithWebIdentityCommand({
    RoleArn: role,
    RoleSessionName: session,
    WebIdentityToken: identity,
  });
  const { Credentials } = await sts.send(command).catch((cause: unknown) => {
    throw new UserError(
      `AWS does not let this run be ${role} (${(cause as Error).name}). Its identity is "${subjectOf(identity)}"; ` +
        'the role has to trust exactly that, and the account needs GitHub as identity provider.',
      [],
      { cause },
    );
  });
  if (Credentials === undefined) throw new Error('STS answers without credentials');
  return Credentials;
}

/** What trust policies compare; no secret, unlike the token around it. */
function subjectOf(identity: string): string {
  try {
    const claims = Buffer.from(identity.split('.')[1] ?? '', 'base64url').toString();
    return z.object({ sub: z.string() }).parse(JSON.parse(claims)).sub;
  } catch {
    return 'unreadable';
  }
}
