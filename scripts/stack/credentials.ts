import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Local-only keys, made at the first start of a directory and kept, so that links in old mails stay valid. */
export interface LocalKeys {
  readonly serviceKey: string;
  readonly dashboardToken: string;
  readonly boardKey: string;
  readonly linkKey: string;
  readonly originSecret: string;
  /** Seed of all AWS secret access keys. */
  readonly awsSeed: string;
}

export function openLocalKeys(file: string): LocalKeys {
  const kept = readKept(file);
  if (kept !== undefined) return kept;
  const random = () => randomBytes(32).toString('base64url');
  const keys: LocalKeys = {
    serviceKey: random(),
    dashboardToken: random(),
    boardKey: random(),
    linkKey: random(),
    originSecret: random(),
    awsSeed: random(),
  };
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(keys, null, 2)}\n`);
  chmodSync(file, 0o600);
  return keys;
}

function readKept(file: string): LocalKeys | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as LocalKeys;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** Credentials by which the AWS endpoint knows who calls: each principal has its own. */
export function awsCredentialsFor(principal: string, { awsSeed }: LocalKeys): AwsCredentials {
  const digest = createHash('sha256').update(`${awsSeed}:${principal}`).digest();
  const accessKeyId = `ASIA${digest.toString('hex').slice(0, 16).toUpperCase()}`;
  return { accessKeyId, secretAccessKey: digest.toString('base64url'), sessionToken: `local-${principal}` };
}
