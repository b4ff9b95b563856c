import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { UserError } from '#bookings/model/problem.ts';
import { MARKER } from '#bookings/reconcile/render-markdown.ts';
import { EXIT, runCommand } from './command.ts';
import { fitComment } from './comment/fit.ts';
import { putStickyComment } from './comment/sticky-comment.ts';
import { PREVIEW_MARKER } from './deploy/preview.ts';

const HELP = `
Usage: npm run comment -- <file> [options]

Makes a plan, as \`npm run plan -- --markdown\` prints it, the one comment of ours on a pull request: posted the first
time, changed in place from then on. What is too long for a comment is cut, and says so.

  --preview <file>   behind the plan, what \`npm run deploy -- --preview --markdown\` prints; where there is no such file,
                     the comment says that there is no preview
  --pr <number>      default: that of the workflow run (GITHUB_REF)

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

interface Part {
  readonly what: string;
  /** Its first line. */
  readonly marker: string;
  /** What makes it. */
  readonly command: string;
}
// Nothing else is ever posted: these alone were written for whoever may read the repository.
const PLAN: Part = { what: 'plan', marker: MARKER, command: 'npm run plan -- --markdown' };
const PREVIEW: Part = {
  what: 'preview',
  marker: PREVIEW_MARKER,
  command: 'npm run deploy -- --preview --markdown',
};

await runCommand({
  help: HELP,
  positionals: true,
  options: { pr: { type: 'string' }, preview: { type: 'string' } },
  async run({ pr, preview }, [file]) {
    if (file === undefined) throw new UserError(`Which file? ${HELP}`);
    const environment = readEnvironment();
    const pullRequest = pullRequestOf(pr, environment);
    const parts = [
      await readPart(file, PLAN),
      ...(preview === undefined ? [] : [await readPreview(preview)]),
    ];
    const text = fitComment(parts.join('\n'), wholeOf(environment));
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

async function readPart(file: string, { what, marker, command }: Part): Promise<string> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new UserError(`${file} cannot be read: ${(cause as Error).message}`, [], { cause });
  });
  if (text.startsWith(`${marker}\n`)) return text;
  throw new UserError(`${file} is no ${what}: its first line has to be ${marker} (${command}).`);
}

/** A preview can fail where a plan does not: what is posted must not be taken for "nothing changes". */
async function readPreview(file: string): Promise<string> {
  if (existsSync(file)) return readPart(file, PREVIEW);
  return `${PREVIEW_MARKER}\n## Infrastructure preview\n\n⚠️ There is none: its job in this run says why.\n`;
}

function wholeOf({ GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID }: Environment): string {
  if (GITHUB_RUN_ID === undefined) return '`npm run plan` prints all of it';
  const run = `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}`;
  return `all of it is the artifact of [this run](${run})`;
}
