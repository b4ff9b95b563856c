import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import * as z from 'zod';
import { $ } from 'zx';
import { UserError } from '#bookings/model/problem.ts';
import { buildDirectory } from '../connect.ts';
import type { Environment } from './role-credentials.ts';

/** Pulumi's command line, for one stack in one backend. Each call throws {@link UserError} when it does not end well. */
export interface Pulumi {
  /** Makes the stack unless its state is there already. */
  select(secretsProvider: string): Promise<void>;
  /** The state as it is kept: secrets stay encrypted. */
  exportState(): Promise<unknown>;
  importState(file: string): Promise<void>;
  /** Shows what would change, on the terminal. */
  preview(): Promise<void>;
  /** The same for machines: what `pulumi preview --json` prints. */
  previewJson(options?: Looks): Promise<unknown>;
  /** Changes everything that has to; `asks` lets a person on a terminal decide first. */
  up(options: Looks & { readonly asks: boolean }): Promise<void>;
  /** Takes away the lock that a run left which did not come to its end. */
  unlock(): Promise<void>;
  /** Takes the file away that Pulumi keeps settings of the stack in: the state has what is in it. */
  forgetSettings(): Promise<void>;
}

interface Looks {
  /** Compares with what there really is, and not only with what was deployed last. */
  readonly refresh?: boolean;
}

export interface PulumiOptions {
  readonly root: string;
  readonly stack: string;
  /** URL of where state is kept. */
  readonly backend: string;
  /** What the program and Pulumi read, with the credentials of AWS. */
  readonly environment: Environment;
}

/** Finds the command line in the version that package-lock.json has. Throws {@link UserError}. */
export async function openPulumi({ root, stack, backend, environment }: PulumiOptions): Promise<Pulumi> {
  const env = { ...environment, ...SETTINGS, PATH: pathFor(root, environment), PULUMI_BACKEND_URL: backend };
  await refuseOtherVersion(root, env);
  const alone = ['--stack', stack, '--non-interactive'];
  const settings = join(root, `Pulumi.${stack}.yaml`);
  const forgetSettings = () => rm(settings, { force: true });
  // Attached, so that Ctrl-C reaches Pulumi, which then stops in order and gives its lock back.
  const show = $({ stdio: ['inherit', 'inherit', 'inherit'], detached: false, cwd: root, env });
  const quiet = $({ stdio: ['ignore', 'pipe', 'inherit'], quiet: true, cwd: root, env });
  return {
    forgetSettings,
    async select(secretsProvider) {
      // One that names another key was left by a preview that did not come to its end.
      const found = await readFile(settings, 'utf8').catch(() => '');
      if (!found.includes(secretsProvider)) await forgetSettings();
      const words = ['--create', '--secrets-provider', secretsProvider];
      await quiet`pulumi stack select ${words} ${alone}`.catch(toUserError('stack select'));
    },
    async exportState() {
      const { stdout } = await quiet`pulumi stack export ${alone}`.catch(toUserError('stack export'));
      return JSON.parse(stdout);
    },
    async importState(file) {
      await quiet`pulumi stack import --file ${file} ${alone}`.catch(toUserError('stack import'));
    },
    async preview() {
      await show`pulumi preview --diff ${alone}`.catch(toUserError('preview'));
    },
    async previewJson({ refresh = false } = {}) {
      const words = [...alone, ...refreshing(refresh)];
      const { stdout, exitCode } = await quiet`pulumi preview --json ${words}`.nothrow();
      if (exitCode !== 0) throw new UserError(`pulumi preview did not end well:\n${messagesIn(stdout)}`);
      return JSON.parse(stdout);
    },
    async up({ asks, refresh = false }) {
      const words = asks ? ['--stack', stack] : [...alone, '--yes'];
      await show`pulumi up ${[...words, ...refreshing(refresh)]}`.catch(toUserError('up'));
    },
    async unlock() {
      await show`pulumi cancel ${alone} --yes`.catch(toUserError('cancel'));
    },
  };
}

const refreshing = (refresh: boolean): string[] => (refresh ? ['--refresh'] : []);

export const pulumiDirectory = (root: string): string => join(buildDirectory(root), 'pulumi');

const lockSchema = z.object({
  packages: z.looseObject({ 'node_modules/@pulumi/pulumi': z.object({ version: z.string() }) }),
});

/** One version for the program's library and the command line. */
export async function pulumiVersion(root: string): Promise<string> {
  const { packages } = lockSchema.parse(JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')));
  return packages['node_modules/@pulumi/pulumi'].version;
}

const SETTINGS = {
  // Without a file of the stack's settings, the key's name is taken from the state (pulumi/pulumi#17236).
  PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER: 'true',
  PULUMI_SKIP_UPDATE_CHECK: 'true',
};

/** What npm run install-pulumi installed comes first; the archives of Windows have one folder more. */
function pathFor(root: string, { PATH = '' }: Environment): string {
  const own = ['pulumi', 'pulumi/bin'].map((path) => join(pulumiDirectory(root), path)).filter(existsSync);
  return [...own, PATH].join(delimiter);
}

async function refuseOtherVersion(root: string, env: NodeJS.ProcessEnv): Promise<void> {
  const version = await pulumiVersion(root);
  const { stdout, exitCode } = await $({ quiet: true, nothrow: true, env })`pulumi version`;
  const found = exitCode === 0 ? stdout.trim().replace(/^v/, '') : 'none';
  if (found === version) return;
  throw new UserError(
    `Pulumi's command line: expected ${version}, found ${found}. Install it: npm run install-pulumi`,
  );
}

const toUserError =
  (what: string) =>
  (cause: unknown): never => {
    throw new UserError(`pulumi ${what} did not end well; what it says stands above.`, [], { cause });
  };

const diagnosticsSchema = z.object({ diagnostics: z.array(z.object({ message: z.string() })) });

/** With --json, what went wrong is in the document. */
function messagesIn(text: string): string {
  try {
    const { diagnostics } = diagnosticsSchema.parse(JSON.parse(text));
    return diagnostics.map(({ message }) => message.trim()).join('\n');
  } catch {
    return text;
  }
}
