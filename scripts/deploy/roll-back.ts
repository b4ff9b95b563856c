import type { LambdaClient } from '@aws-sdk/client-lambda';
import { UserError } from '#bookings/model/problem.ts';
import { mapBounded } from '#bookings/reconcile/bounded.ts';
import { readKeyChange } from './key-hashes.ts';
import { readVersions, stepsBefore, stepTo, takeStep, type FunctionVersions, type Step } from './versions.ts';

/** A function, and the version that it shall be at; null: the one that was published before the live one. */
export interface Wanted {
  readonly name: string;
  readonly version: string | null;
}

export interface RollBack {
  readonly lambda: LambdaClient;
  /** Names of all functions, without the stack's prefix. */
  readonly functions: readonly string[];
  readonly prefix: string;
  /** What to move: nothing, some functions, or all whose live version is not from before an instant. */
  readonly target: null | { readonly wanted: readonly Wanted[] } | { readonly before: string };
  /** Moves, or only says what would. */
  readonly does: boolean;
  say(text: string): void;
}

/** Points aliases back to earlier versions. Throws {@link UserError} for what there is not, and before it cuts off CloudFront. */
export async function rollBack({ lambda, functions, prefix, target, does, say }: RollBack): Promise<void> {
  const found = await readVersions(lambda, functions, prefix);
  if (found.length === 0)
    throw new UserError('None of the functions is deployed there (or these credentials see none).');
  if (target === null) return say(renderVersions(found));
  const { steps, stay } =
    'before' in target ? toInstant(found, target.before) : toWanted(found, target.wanted);
  for (const line of stay) say(`${line}\n`);
  if (steps.length === 0) return say('Nothing to move: all functions are at those versions.\n');
  const changes = await mapBounded(steps, 4, (step) => readKeyChange(lambda, step, prefix));
  refuseCutOff(steps.filter((_, at) => changes[at]!.cutsOff));
  for (const [at, step] of steps.entries()) {
    if (does) await takeStep(lambda, step, prefix);
    say(`${step.name.padEnd(22)} ${step.from} → ${step.to}${does ? '' : '   (would move)'}\n`);
    for (const remark of changes[at]!.remarks) say(`  ! ${remark}\n`);
  }
  say(does ? AFTERWARDS : '\nNothing was moved; --yes does it.\n');
}

interface Steps {
  readonly steps: Step[];
  /** Of those that are not moved, one line each. */
  readonly stay: string[];
}

function toInstant(found: readonly FunctionVersions[], instant: string): Steps {
  const { steps, isNew } = stepsBefore(found, instant);
  return { steps, stay: isNew.map((name) => `${name} did not exist then, and stays as it is.`) };
}

function toWanted(found: readonly FunctionVersions[], wanted: readonly Wanted[]): Steps {
  const all = wanted.map(({ name, version }) => ({ name, step: stepTo(findFunction(found, name), version) }));
  return {
    steps: all.flatMap(({ step }) => step ?? []),
    stay: all.filter(({ step }) => step === null).map(({ name }) => `${name} is there already.`),
  };
}

function findFunction(found: readonly FunctionVersions[], name: string): FunctionVersions {
  const one = found.find((candidate) => candidate.name === name);
  if (one !== undefined) return one;
  throw new UserError(
    `--function ${name}: there is none of that name. There are: ${found.map((each) => each.name).join(', ')}.`,
  );
}

/** Nobody is served by that, so there is no way to insist. */
function refuseCutOff(steps: readonly Step[]): void {
  if (steps.length === 0) return;
  const versions = steps.map(({ name, to }) => `${name} ${to}`).join(', ');
  throw new UserError(
    `${versions}: from before the origin secret was replaced, so that CloudFront would be refused and the sites be cut off. ` +
      'Nothing was moved. Put the older code into git instead (git revert), and deploy it.',
  );
}

const AFTERWARDS = `
Done. What runs now is older than what main says: git revert what was wrong and deploy, so that both are the same again.
A deploy that changes a function puts its new version in use; one that does not leaves the alias where it is now.
`;

/** The newest few of each function. */
function renderVersions(found: readonly FunctionVersions[]): string {
  const blocks = found.map(({ name, live, versions }) => {
    const shown = versions.slice(0, SHOWN).map(({ version, published }) => {
      const mark = version === live ? '← live' : '';
      return `  ${version.padStart(5)}  ${published}  ${mark}`.trimEnd();
    });
    const more = versions.length > SHOWN ? [`         and ${versions.length - SHOWN} older`] : [];
    return [name, ...shown, ...more, ''].join('\n');
  });
  return blocks.join('\n');
}

const SHOWN = 5;
