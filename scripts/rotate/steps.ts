import { EXIT, type ExitCode } from '../command.ts';

/** What a rotation does next, as decided from how things stand. */
export type Step =
  | { readonly kind: 'act'; readonly text: string; readonly act: () => Promise<void> }
  /** Goes on when so many milliseconds have passed in this run; `key` says what was waited for. */
  | { readonly kind: 'wait'; readonly text: string; readonly key: string; readonly milliseconds: number }
  /** It is done, or only the operator can go on. */
  | { readonly kind: 'stop'; readonly text: string; readonly isDone: boolean };

export interface Run {
  /** Nothing was done in this run yet. */
  readonly isFirst: boolean;
  /** What this run waited for. */
  readonly waited: ReadonlySet<string>;
}

/** Looks where things stand and decides on one step. Changes nothing by itself. */
export type Next = (run: Run) => Promise<Step>;

export interface StepDeps {
  readonly delay: (milliseconds: number) => Promise<unknown>;
  readonly say: (text: string) => void;
  readonly isDryRun: boolean;
}

/**
 * Takes one step after the other. Before each it looks anew, so that a run that was stopped anywhere is simply run
 * again. Exit code 3 when it is the operator's turn, whatever was done before.
 */
export async function runSteps(next: Next, { delay, say, isDryRun }: StepDeps): Promise<ExitCode> {
  const waited = new Set<string>();
  for (let isFirst = true; ; isFirst = false) {
    const step = await next({ isFirst, waited });
    if (step.kind === 'stop') {
      say(step.text);
      return step.isDone ? EXIT.done : EXIT.refused;
    }
    if (isDryRun) {
      say(`Next: ${step.text}\nNothing was changed.`);
      return EXIT.done;
    }
    say(step.text);
    if (step.kind === 'act') await step.act();
    else {
      await delay(step.milliseconds);
      waited.add(step.key);
    }
  }
}

export const act = (text: string, perform: () => Promise<void>): Step => ({
  kind: 'act',
  text,
  act: perform,
});
export const done = (text: string): Step => ({ kind: 'stop', text, isDone: true });
export const operatorsTurn = (text: string): Step => ({ kind: 'stop', text, isDone: false });
