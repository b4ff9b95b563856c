import { UserError } from '#bookings/model/problem.ts';
import { count } from '#bookings/reconcile/render-plan.ts';
import type { StackConfig } from '#infra/config.ts';
import { stateBucket } from '#infra/state.ts';
import { EXIT, type ExitCode } from '../command.ts';
import type { Cloud } from './cloud.ts';
import type { Pulumi } from './pulumi.ts';
import { refuseBeyondRole, refuseOlder, refuseOtherSecret } from './refusals.ts';
import { stateOf } from './state.ts';
import { renderFindings, smoke, type SmokeOptions } from './smoke.ts';
import type { FunctionVersions } from './versions.ts';

export interface Release {
  readonly config: StackConfig;
  readonly cloud: Cloud;
  readonly pulumi: Pulumi;
  /** Whether a person at a terminal decides when Pulumi has shown what it will do. */
  readonly asks: boolean;
  /** Whether everything is compared with what there really is, and put back. */
  readonly refresh: boolean;
  /** Whether a commit is part of the history of the one to be deployed. */
  readonly includes: (commit: string) => Promise<boolean>;
  readonly smoke: SmokeOptions;
  say(text: string): void;
}

/** Deploys, says what moved and how to move it back, and looks whether the stack is well. */
export async function release({ config, cloud, pulumi, say, ...options }: Release): Promise<ExitCode> {
  const { asks, refresh } = options;
  await refuseBeforehand({ config, cloud, includes: options.includes });
  await pulumi.select(stateOf(config).secretsProvider);
  if (cloud.isWorkflow) refuseBeyondRole(config, await pulumi.previewJson({ refresh }));
  const earlier = await cloud.versions();
  await pulumi.up({ asks, refresh }).catch(async (failure: unknown) => {
    const later = await cloud.versions().catch(() => null);
    say(later === null ? UNKNOWN : describeMoves(movedBetween(earlier, later), config.stack));
    say(
      'Run it again: Pulumi goes on where it stopped. What moved by then, the next run does not know any more.\n',
    );
    throw failure;
  });
  const moved = movedBetween(earlier, await cloud.versions());
  say(describeMoves(moved, config.stack));
  const findings = await smoke(await cloud.deployment(), options.smoke);
  say(renderFindings(findings, { stack: config.stack, back: backOf(moved, config.stack) }));
  return findings.every(({ problems }) => problems.length === 0) ? EXIT.done : EXIT.failed;
}

/** What can be known before anything is built on it. A stack that nobody can find yet has nothing to lose. */
async function refuseBeforehand({
  config,
  cloud,
  includes,
}: Pick<Release, 'config' | 'cloud' | 'includes'>): Promise<void> {
  if (!(await cloud.hasState()))
    throw new UserError(
      `Bucket ${stateBucket(config)} does not exist, so there is nowhere to keep state. Once: npm run bootstrap -- --stack ${config.stack}`,
    );
  const running = await cloud.running();
  if (running === null) return;
  await refuseOlder(config, running, includes);
  const hashes = await cloud.originHashes();
  if (hashes !== null) refuseOtherSecret(config, hashes);
}

const UNKNOWN =
  '\nWhich functions have another version now could not be read: npm run rollback lists them.\n';

interface Move {
  readonly name: string;
  /** null: the function is new. */
  readonly from: string | null;
  readonly to: string;
}

function movedBetween(earlier: readonly FunctionVersions[], later: readonly FunctionVersions[]): Move[] {
  const before = new Map(earlier.map(({ name, live }) => [name, live]));
  return later
    .filter(({ name, live }) => before.get(name) !== live)
    .map(({ name, live }) => ({ name, from: before.get(name) ?? null, to: live }));
}

/** The command that makes live again what was live before; null when there is nothing to go back to. */
function backOf(moved: readonly Move[], stack: string): string | null {
  const words = moved.flatMap(({ name, from }) => (from === null ? [] : [`--function ${name}:${from}`]));
  return words.length === 0 ? null : `npm run rollback -- --stack ${stack} ${words.join(' ')}`;
}

function describeMoves(moved: readonly Move[], stack: string): string {
  if (moved.length === 0) return '\nNo function has another version now.\n';
  const lines = moved.map(({ name, from, to }) => `  ${name.padEnd(22)} ${from ?? 'new'} → ${to}`);
  const command = backOf(moved, stack);
  const back = command === null ? [] : ['Back to what was before:', `  ${command}`];
  return ['', `${count(moved.length, 'function')} with another version:`, ...lines, ...back, '', ''].join(
    '\n',
  );
}
