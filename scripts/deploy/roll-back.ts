import type { LambdaClient } from '@aws-sdk/client-lambda';
import { UserError } from '#bookings/model/problem.ts';
import { readVersions, stepsBefore, stepTo, takeStep, type FunctionVersions, type Step } from './versions.ts';

export interface RollBack {
  readonly lambda: LambdaClient;
  /** Names of all functions, without the stack's prefix. */
  readonly functions: readonly string[];
  readonly prefix: string;
  /** What to move: nothing, one function (to a version, or null: the one before), or all to an instant. */
  readonly target: null | { readonly name: string; readonly to: string | null } | { readonly before: string };
  /** Moves, or only says what would. */
  readonly does: boolean;
  say(text: string): void;
}

/** Points aliases back to earlier versions. Throws {@link UserError} for what there is not. */
export async function rollBack({ lambda, functions, prefix, target, does, say }: RollBack): Promise<void> {
  const found = await readVersions(lambda, functions, prefix);
  if (found.length === 0)
    throw new UserError('None of the functions is deployed there (or these credentials see none).');
  if (target === null) return say(renderVersions(found));
  const { steps, isNew } = 'before' in target ? stepsBefore(found, target.before) : oneStep(found, target);
  for (const name of isNew) say(`${name} did not exist then, and stays as it is.\n`);
  if (steps.length === 0) return say('Nothing to move: all functions are at those versions.\n');
  for (const step of steps) {
    if (does) await takeStep(lambda, step, prefix);
    say(`${step.name.padEnd(22)} ${step.from} → ${step.to}${does ? '' : '   (would move)'}\n`);
  }
  say(does ? AFTERWARDS : '\nNothing was moved; --yes does it.\n');
}

function oneStep(
  found: readonly FunctionVersions[],
  { name, to }: { readonly name: string; readonly to: string | null },
): { steps: Step[]; isNew: string[] } {
  const one = found.find((candidate) => candidate.name === name);
  if (one !== undefined) return { steps: [stepTo(one, to)], isNew: [] };
  throw new UserError(
    `--function ${name}: there is none of that name. There are: ${found.map((each) => each.name).join(', ')}.`,
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
