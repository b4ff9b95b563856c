import { onOneLine } from './visible-text.ts';

/** One thing that is wrong with an input: where it is, what was expected, what was found and how to fix it. */
export interface Problem {
  /** File, or the name of another input. */
  readonly where: string;
  /** `crew[1].hours`; empty when the whole input is meant. */
  readonly path: string;
  readonly expected: string;
  readonly found: string;
  readonly remedy?: string | undefined;
}

/** Something that a person can fix; the text says what, where and how. Anything else that is thrown is a bug. */
export class UserError extends Error {
  readonly problems: readonly Problem[];
  constructor(message: string, problems: readonly Problem[] = [], options?: ErrorOptions) {
    super(message, options);
    this.name = 'UserError';
    this.problems = problems;
  }
}

/** `bookings/data/x.json: crew[1].hours: expected …, found …. Remedy.` What was found is shown, and acts on no terminal. */
export function renderProblem(problem: Problem): string {
  const where = problem.path === '' ? problem.where : `${problem.where}: ${problem.path}`;
  const remedy = problem.remedy === undefined ? [] : [`    fix: ${problem.remedy}`];
  return [where, `    expected ${problem.expected}, found ${problem.found}`, ...remedy]
    .map(onOneLine)
    .join('\n');
}

/** `["crew", 1, "hours"]` → `crew[1].hours`. */
export const renderPath = (path: readonly PropertyKey[]): string =>
  path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');
