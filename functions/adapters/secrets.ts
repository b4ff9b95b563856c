import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

/** A secret's current text, kept for a while so that a rotation reaches running functions without a deploy. */
export interface Secret {
  read(): Promise<string>;
  /** Makes the next `read` ask again: a mismatch may mean that it was rotated. */
  forget(): void;
}

export function createSecret(
  client: SecretsManagerClient,
  options: { readonly name: string; readonly maxAgeMs?: number },
): Secret {
  const { name, maxAgeMs = 300_000 } = options;
  let kept: { readonly text: Promise<string>; readonly until: number } | undefined;
  return {
    read() {
      if (kept === undefined || kept.until <= Date.now()) {
        const text = fetchText(client, name);
        kept = { text, until: Date.now() + maxAgeMs };
        text.catch(() => (kept = undefined));
      }
      return kept.text;
    },
    forget() {
      kept = undefined;
    },
  };
}

async function fetchText(client: SecretsManagerClient, name: string): Promise<string> {
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: name }));
  if (SecretString === undefined || SecretString === '') throw new Error(`secret ${name} has no text`);
  return SecretString;
}
