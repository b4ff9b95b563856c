import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { UserError } from '#bookings/model/problem.ts';
import { MARKER } from '#bookings/reconcile/render-markdown.ts';
import { EXIT, runCommand } from './command.ts';
import { fitComment } from './comment/fit.ts';
import { putStickyComment } from './comment/sticky-comment.ts';

const HELP = `
Usage: npm run comment -- <file> [--pr <number>]

Makes a plan, as \`npm run plan -- --markdown\` prints it, the one comment of ours on a pull request: posted the first
time, changed in place from then on. What is too long for a comment is cut, and says so.

  --pr <number>   default: that of the workflow run (GITHUB_REF)

Environment: GITHUB_TOKEN (permission "pull-requests: write"), GITHUB_REPOSITORY (owner/name), GITHUB_API_URL.
Exit codes: 0 done, 1 failed, 2 invalid input, or refused by GitHub.
`;

const environmentSchema = z.object({
  GITHUB_TOKEN: z.string().min(1),
  GITHUB_REPOSITORY: z.string().regex(/^[\w.-]+\/[\w.-]+$/),
  GITHUB_API_URL: z.url().default('https://api.github.com'),
  GITHUB_SERVER_URL: z.url().default('https://github.com'),
  GITHUB_RUN_ID: z.string().regex(/^\d+$/).optional(),
  GITHUB_REF: z.string().default(''),
});
type Environment = z.output<typeof environmentSchema>;

await runCommand({
  help: HELP,
  positionals: true,
  options: { pr: { type: 'string' } },
  async run({ pr }, [file]) {
    if (file === undefined) throw new UserError(`Which file? ${HELP}`);
    const environment = readEnvironment();
    const pullRequest = pullRequestOf(pr, environment);
    const text = fitComment(await readPlan(file), wholeOf(environment));
    const { GITHUB_API_URL: api, GITHUB_TOKEN: token, GITHUB_REPOSITORY: repository } = environment;
    const place = { api, token, repository, pullRequest };
    const { done, url } = await putStickyComment(place, { marker: MARKER, text }, { fetch });
    process.stdout.write(`${done}: ${url}\n`);
    return EXIT.done;
  },
});

function readEnvironment(): Environment {
  const read = environmentSchema.safeParse(process.env);
  if (read.success) return read.data;
  const names = [...new Set(read.error.issues.map(({ path }) => String(path[0])))];
  throw new UserError(`The environment lacks a usable ${names.join(', ')}; --help says what they are.`);
}

function pullRequestOf(given: string | undefined, { GITHUB_REF }: Environment): number {
  const number = given ?? /^refs\/pull\/(\d+)\//.exec(GITHUB_REF)?.[1] ?? '';
  if (/^[1-9]\d{0,9}$/.test(number)) return Number(number);
  throw new UserError(
    given === undefined
      ? 'This is no run for a pull request: give its number by --pr.'
      : `--pr ${given}: expected the number of a pull request.`,
  );
}

/** Nothing but a plan is ever posted: it alone was written for whoever may read the repository. */
async function readPlan(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new UserError(`${file} cannot be read: ${(cause as Error).message}`, [], { cause });
  });
  if (text.startsWith(`${MARKER}\n`)) return text;
  throw new UserError(`${file} is no plan: its first line has to be ${MARKER} (npm run plan -- --markdown).`);
}

function wholeOf({ GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID }: Environment): string {
  if (GITHUB_RUN_ID === undefined) return '`npm run plan` prints all of it';
  const run = `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}`;
  return `all of it is the artifact of [this run](${run})`;
}
