import { UserError } from '#bookings/model/problem.ts';
import { count } from '#bookings/reconcile/render-plan.ts';
import type { StackConfig } from '#infra/config.ts';
import { stateBucket } from '#infra/state.ts';
import { EXIT, type ExitCode } from '../command.ts';
import type { Cloud } from './cloud.ts';
import type { Pulumi } from './pulumi.ts';
import { stateOf } from './state.ts';
import { renderFindings, smoke, type SmokeOptions } from './smoke.ts';
import type { FunctionVersions } from './versions.ts';

export interface Release {
  readonly config: StackConfig;
  readonly cloud: Cloud;
  readonly pulumi: Pulumi;
  /** Whether a person at a terminal decides when Pulumi has shown what it will do. */
  readonly asks: boolean;
  readonly smoke: SmokeOptions;
  say(text: string): void;
}

/** Deploys, says what moved and how to move it back, and looks whether the stack is well. */
export async function release({ config, cloud, pulumi, asks, say, ...options }: Release): Promise<ExitCode> {
  if (!(await cloud.hasState()))
    throw new UserError(
      `Bucket ${stateBucket(config)} does not exist, so there is nowhere to keep state. Once: npm run bootstrap -- --stack ${config.stack}`,
    );
  const earlier = await cloud.versions();
  await pulumi.select(stateOf(config).secretsProvider);
  const failure = await pulumi.up({ asks }).then(
    () => null,
    (error: unknown) => error,
  );
  const moved = movedBetween(earlier, await cloud.versions());
  say(describeMoves(moved, config.stack));
  if (failure !== null) {
    say('Run it again: Pulumi goes on where it stopped.\n');
    throw failure;
  }
  const findings = await smoke(await cloud.deployment(), options.smoke);
  say(renderFindings(findings, { stack: config.stack, before: momentBefore(moved) }));
  return findings.every(({ problems }) => problems.length === 0) ? EXIT.done : EXIT.failed;
}

interface Move {
  readonly name: string;
  /** null: the function is new. */
  readonly from: string | null;
  readonly to: string;
  /** When the new version was published, by the clock that `--before` is compared with. */
  readonly published: string;
}

function movedBetween(earlier: readonly FunctionVersions[], later: readonly FunctionVersions[]): Move[] {
  const before = new Map(earlier.map(({ name, live }) => [name, live]));
  return later
    .filter(({ name, live }) => before.get(name) !== live)
    .map(({ name, live, versions }) => ({
      name,
      from: before.get(name) ?? null,
      to: live,
      published: versions.find(({ version }) => version === live)?.published ?? '',
    }));
}

/** The instant before which nothing of this deploy was published; undefined when there is nothing to go back to. */
function momentBefore(moved: readonly Move[]): string | undefined {
  const back = moved.filter(({ from, published }) => from !== null && published !== '');
  return back.map(({ published }) => published).toSorted()[0];
}

function describeMoves(moved: readonly Move[], stack: string): string {
  if (moved.length === 0) return '\nNo function has another version now.\n';
  const lines = moved.map(({ name, from, to }) => `  ${name.padEnd(22)} ${from ?? 'new'} → ${to}`);
  const before = momentBefore(moved);
  const back =
    before === undefined
      ? []
      : ['Back to what was before:', `  npm run rollback -- --stack ${stack} --before ${before}`];
  return ['', `${count(moved.length, 'function')} with another version:`, ...lines, ...back, '', ''].join(
    '\n',
  );
}
