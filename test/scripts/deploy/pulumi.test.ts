import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openPulumi } from '#scripts/deploy/pulumi.ts';
import { previewOnCopy } from '#scripts/deploy/preview-on-copy.ts';
import { createFakePulumi, type Answers, type FakePulumi } from './fake-pulumi.ts';

const VERSION = '3.270.0';
const KEY = 'awskms://alias/bosun-state?region=us-east-1';
const SECRET = { '4dabf18193072939515e22adb298388d': '1b47061264138c4ac30d75fd1eb44270', ciphertext: 'v1:x' };

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'bosun-pulumi-'));
  const packages = { 'node_modules/@pulumi/pulumi': { version: VERSION } };
  await writeFile(join(root, 'package-lock.json'), JSON.stringify({ packages }));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const settings = () => join(root, 'Pulumi.prod.yaml');
const exists = (file: string) =>
  access(file).then(
    () => true,
    () => false,
  );

async function fake(answers: Answers = {}): Promise<FakePulumi> {
  return createFakePulumi(root, { version: { out: `v${VERSION}\n` }, ...answers });
}

const open = ({ path }: FakePulumi, more: Record<string, string> = {}, backend = 's3://state') =>
  openPulumi({
    root,
    stack: 'prod',
    backend,
    environment: { PATH: `${path}:${process.env.PATH}`, ORIGIN_SECRET: 'o', ...more },
  });

const wordsOf = async (pulumi: FakePulumi) => (await pulumi.calls()).map(({ words }) => words.join(' '));

describe("Pulumi's command line", () => {
  it('deploys without a question, in the backend of the stack, with what the program reads', async () => {
    const pulumi = await fake();
    const opened = await open(pulumi, { AWS_SESSION_TOKEN: 'token' });
    await opened.select(KEY);
    await opened.up({ asks: false });
    expect(await wordsOf(pulumi)).toEqual([
      'version',
      `stack select --create --secrets-provider ${KEY} --stack prod --non-interactive`,
      'up --stack prod --non-interactive --yes',
    ]);
    const { env } = (await pulumi.calls()).at(-1)!;
    expect(env).toMatchObject({
      PULUMI_BACKEND_URL: 's3://state',
      PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER: 'true',
      ORIGIN_SECRET: 'o',
      AWS_SESSION_TOKEN: 'token',
    });
  });

  it('lets a person decide', async () => {
    const pulumi = await fake();
    await (await open(pulumi)).up({ asks: true });
    expect((await wordsOf(pulumi)).at(-1)).toBe('up --stack prod');
  });

  it('looks at what there really is when told to', async () => {
    const pulumi = await fake({ 'preview --json': { out: '{}' } });
    const opened = await open(pulumi);
    await opened.previewJson({ refresh: true });
    await opened.up({ asks: false, refresh: true });
    await opened.up({ asks: true, refresh: true });
    expect((await wordsOf(pulumi)).slice(1)).toEqual([
      'preview --json --stack prod --non-interactive --refresh',
      'up --stack prod --non-interactive --yes --refresh',
      'up --stack prod --refresh',
    ]);
  });

  it('gives back the lock of a run that was killed', async () => {
    const pulumi = await fake();
    await (await open(pulumi)).unlock();
    const call = (await pulumi.calls()).at(-1)!;
    expect(call.words.join(' ')).toBe('cancel --stack prod --non-interactive --yes');
    expect(call.env.PULUMI_BACKEND_URL).toBe('s3://state');
  });

  it('has to be there, in the version of the lock file', async () => {
    await expect(open(await fake({ version: { out: 'v3.1.0\n' } }))).rejects.toThrow(
      /expected 3\.270\.0, found 3\.1\.0.*npm run install-pulumi/,
    );
    await expect(open(await fake({ version: { exit: 127 } }))).rejects.toThrow(/found none/);
  });

  it('that fails, fails', async () => {
    const opened = await open(await fake({ up: { exit: 255 } }));
    await expect(opened.up({ asks: false })).rejects.toThrow('pulumi up did not end well');
  });

  it("keeps a file of the stack's settings only when that names the stack's key", async () => {
    const opened = await open(await fake());
    await writeFile(settings(), `secretsprovider: ${KEY}\n`);
    await opened.select(KEY);
    expect(await exists(settings())).toBe(true);
    await writeFile(settings(), 'encryptionsalt: v1:left-by-a-preview\n');
    await opened.select(KEY);
    expect(await exists(settings())).toBe(false);
  });
});

describe('a preview', () => {
  const hash = 'a'.repeat(64);
  const exported = {
    version: 3,
    deployment: {
      secrets_providers: { type: 'cloud', state: { url: KEY, encryptedkey: 'k' } },
      resources: [
        { urn: 'urn:scc', inputs: { environment: { variables: { ORIGIN_SECRET_HASH: hash } } } },
        { urn: 'urn:site', inputs: { origins: [{ value: SECRET }], comment: 'x' }, outputs: {} },
      ],
    },
  };

  it('works on a copy of the state that holds no secret, with another key, and leaves nothing behind', async () => {
    const pulumi = await fake({
      'stack export': { out: JSON.stringify(exported) },
      'preview --json': { out: '{"steps":[]}' },
    });
    let imported = '';
    const found = await previewOnCopy(
      {
        open: (backend, more) => open(pulumi, more as Record<string, string>, backend),
        backend: 's3://state',
      },
      async (copy, { hidden }) => {
        const file = (await pulumi.calls()).at(-1)!.words[3]!;
        imported = await readFile(file, 'utf8');
        await writeFile(settings(), 'encryptionsalt: v1:of-the-copy\n');
        return { digest: await copy.previewJson(), hidden };
      },
    );
    expect(found.digest).toEqual({ steps: [] });
    expect([...found.hidden]).toEqual([['urn:site', new Set(['origins'])]]);
    expect(imported).not.toMatch(/ciphertext|encryptedkey|secrets_providers/);
    expect(imported).not.toContain(hash);
    expect(imported).toContain('"comment":"x"');

    const calls = await pulumi.calls();
    const [exporting, ...onCopy] = calls.filter(({ words }) => words[0] !== 'version');
    expect(exporting).toMatchObject({ words: ['stack', 'export', '--stack', 'prod', '--non-interactive'] });
    expect(exporting!.env.PULUMI_BACKEND_URL).toBe('s3://state');
    for (const { env } of onCopy) expect(env.PULUMI_BACKEND_URL).toMatch(/^file:\/\/.*bosun-preview-/);
    expect(onCopy.map(({ words }) => words.slice(0, 2).join(' '))).toEqual([
      'stack select',
      'stack import',
      'preview --json',
    ]);
    expect(await exists(settings())).toBe(false);
    expect(await exists(onCopy[1]!.words[3]!)).toBe(false);
  });

  it('that fails says why', async () => {
    const out = JSON.stringify({ diagnostics: [{ severity: 'error', message: 'no such table\n' }] });
    const opened = await open(await fake({ 'preview --json': { out, exit: 1 } }));
    await expect(opened.previewJson()).rejects.toThrow('pulumi preview did not end well:\nno such table');
  });

  it('that fails leaves nothing behind either', async () => {
    const pulumi = await fake({
      'stack export': { out: JSON.stringify(exported) },
      'stack import': { exit: 1 },
    });
    const opening = {
      open: (backend: string, more: object) => open(pulumi, more as Record<string, string>, backend),
      backend: 's3://state',
    };
    await writeFile(settings(), 'encryptionsalt: v1:of-the-copy\n');
    await expect(previewOnCopy(opening, async () => 0)).rejects.toThrow('stack import did not end well');
    expect(await exists(settings())).toBe(false);
    expect(await exists((await pulumi.calls()).at(-1)!.words[3]!)).toBe(false);
  });
});
