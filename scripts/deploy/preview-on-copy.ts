import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Pulumi } from './pulumi.ts';
import type { Environment } from './role-credentials.ts';
import { withoutSecrets, type StateCopy } from './state-copy.ts';

export interface PreviewOptions {
  /** Opens Pulumi on a backend, with these variables more. */
  readonly open: (backend: string, more: Environment) => Promise<Pulumi>;
  /** URL of the backend that has the true state. */
  readonly backend: string;
}

/**
 * A preview of a stack against a copy of its state that holds no secret, in a folder that is gone afterwards. The code that is
 * previewed may be a pull request's that nobody has read: it gets neither secrets nor the key that opens them, and
 * Pulumi itself would ask for both (pulumi/pulumi#11024).
 */
export async function previewOnCopy<T>(
  { open, backend }: PreviewOptions,
  run: (pulumi: Pulumi, copy: StateCopy) => Promise<T>,
): Promise<T> {
  const copy = withoutSecrets(await (await open(backend, {})).exportState());
  const folder = await mkdtemp(join(tmpdir(), 'bosun-preview-'));
  try {
    const file = join(folder, 'state.json');
    await writeFile(file, JSON.stringify(copy.state));
    const pulumi = await open(pathToFileURL(folder).href, {
      ORIGIN_SECRET: copy.originSecret,
      // Nothing in the copy is worth hiding.
      PULUMI_CONFIG_PASSPHRASE: 'preview',
    });
    try {
      await pulumi.select('passphrase');
      await pulumi.importState(file);
      return await run(pulumi, copy);
    } finally {
      await pulumi.forgetSettings();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
