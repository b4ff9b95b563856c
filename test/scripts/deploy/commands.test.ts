import { execFile, execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCommit } from '#scripts/deploy/commit.ts';
import { ROOT } from '#scripts/repository.ts';

const run = (script: string, words: string[]) =>
  new Promise<{ code: number; out: string; err: string }>((resolve) => {
    const path = join(ROOT, 'scripts', script);
    // Credentials of nobody, so that a mistake in a test can reach nothing.
    const env = {
      PATH: process.env.PATH,
      AWS_ACCESS_KEY_ID: 'x',
      AWS_SECRET_ACCESS_KEY: 'x',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
    };
    execFile(process.execPath, [path, ...words], { env }, (error, out, err) =>
      resolve({ code: Number(error?.code ?? 0), out, err }),
    );
  });

describe('the commands of a deploy', () => {
  it.each([
    ['deploy.ts', ['--stack', 'prod'], 'Nobody can answer here: give --yes'],
    ['deploy.ts', ['--stack', 'nope', '--preview'], 'choose dev or prod'],
    ['bootstrap.ts', ['--stack', 'local'], 'expected dev or prod'],
    ['deploy.ts', ['--stack', 'prod', '--preview', '--refresh'], 'leave out the other options'],
    ['deploy.ts', ['--stack', 'prod', '--unlock', '--older'], 'leave out the other options'],
    ['rollback.ts', ['--stack', 'prod', '--function', 'scc-api:live'], 'expected a name, or name:version'],
    ['rollback.ts', ['--stack', 'prod', '--function', 'a:1', '--function', 'a'], 'a: it is named twice'],
    ['rollback.ts', ['--stack', 'prod', '--function', 'a', '--before', 'x'], 'leave out --function'],
    ['rollback.ts', ['--stack', 'prod', '--yes'], '--yes to what?'],
    ['smoke.ts', ['--stack', 'elsewhere'], 'expected local, dev or prod'],
  ])('%s %j says what is wrong and does nothing', async (script, words, problem) => {
    const done = await run(script, words);
    expect(done).toMatchObject({ code: 2, out: '', err: expect.stringContaining(problem) });
  });
});

describe('the pipeline', () => {
  it('hands on how a deploy ended that it started, and says so in a line', async () => {
    const { code, out, err } = await run('pipeline.ts', ['deploy', '--stack', 'prod']);
    expect({ code, out }).toEqual({
      code: 2,
      out: expect.stringMatching(/^✗ deploy +stack prod is not deployed [\d.]+ s\n$/),
    });
    // Nobody sits at this terminal, so that it got its --yes.
    expect(err).not.toMatch(/Nobody can answer|^ +at /m);
  });
});

describe('the workflow that deploys', () => {
  const workflow = readFileSync(join(ROOT, '.github/workflows/infra.yml'), 'utf8');

  it('has the whole history, to see that something newer is deployed', () => {
    expect(workflow).toMatch(/fetch-depth: 0\n/);
  });

  it('ends within the hour that its credentials are good for', () => {
    expect(Number(/timeout-minutes: (\d+)/.exec(workflow)![1])).toBeLessThan(60);
  });
});

describe('the commit that is deployed', () => {
  it('has to be what the files are, but for a preview', async () => {
    const root = await mkdtemp(join(tmpdir(), 'bosun-commit-'));
    try {
      const git = (...words: string[]) =>
        execFileSync('git', ['-C', root, ...words], { encoding: 'utf8' }).trim();
      await expect(readCommit(root, { mayBeDirty: true })).rejects.toThrow('There is no commit here');
      git('init', '--quiet');
      await writeFile(join(root, 'a'), '1');
      git('add', '.');
      git('-c', 'user.name=t', '-c', 'user.email=t@example.test', 'commit', '--quiet', '--message', 'one');
      const commit = {
        DEPLOY_COMMIT: git('rev-parse', 'HEAD'),
        DEPLOY_TIME: git('show', '-s', '--format=%cI'),
      };
      // Pulumi's own file is none of the program's.
      await writeFile(join(root, 'Pulumi.prod.yaml'), 'x');
      expect(await readCommit(root, { mayBeDirty: false })).toEqual(commit);
      await writeFile(join(root, 'b'), '2');
      await expect(readCommit(root, { mayBeDirty: false })).rejects.toThrow(
        /Files differ from the commit[^]*\?\? b/,
      );
      expect(await readCommit(root, { mayBeDirty: true })).toEqual(commit);
    } finally {
      await rm(root, { recursive: true, force: true });
    }
  });
});
