import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { LANGUAGES } from '#bookings/model/language.ts';
import { UserError, renderProblem } from '#bookings/model/problem.ts';
import { ROOT } from '#scripts/repository.ts';
import { TOPICS, assembleContent } from '#site/guest/src/assemble-content.ts';
import { idsFor, type ContentFile } from '#site/guest/src/content-files.ts';
import { findContentProblems, toUnreadable } from '#site/guest/src/content-problems.ts';
import { GUEST_BUILD } from '#test/fixtures/builds.ts';

const GUEST = join(ROOT, 'site/guest');
const ART = ['deck.svg', 'sails.svg'];
const pictures = [{ file: 'sails.svg', alt: 'Under sail' }];

const complete = (): ContentFile[] =>
  [...new Set(LANGUAGES.flatMap((language) => idsFor('jada', language)))].map((id) => ({
    id,
    data: { title: `Title of ${id}`, ...(id.endsWith('about') && { pictures }) },
    body: 'Bring a *hat*.',
    rendered: { html: '<p>Bring a <em>hat</em>.</p>\n<ul>\n<li>One</li>\n</ul>\n' },
  }));

/** The problems of otherwise good files, of which one is different. */
const problemsWith = (id: string, change: Partial<ContentFile<unknown>>): string[] =>
  findContentProblems(
    complete().map((file) => (file.id === id ? { ...file, ...change } : file)),
    ART,
  ).map(renderProblem);

describe('texts that cannot be shown', () => {
  it('are none when all files are there and good', () => {
    expect(findContentProblems(complete(), ART)).toEqual([]);
  });

  it.each<[string, unknown, string, string]>([
    ['no title', {}, 'title', 'expected text of at most 60 characters, such as What to bring, found nothing'],
    ['an empty title', { title: ' ' }, 'title', 'found " "'],
    ['a number as title', { title: 2027 }, 'title', 'found 2027'],
    ['a long title', { title: 'x'.repeat(61) }, 'title', 'at most 60 characters'],
    ['a misspelt field', { title: 'A', titel: 'B' }, 'titel', 'found the unknown field "titel"'],
    ['pictures elsewhere than in about', { title: 'A', pictures }, 'pictures', 'only known fields'],
    ['no front matter', undefined, '', 'expected an object'],
  ])('name file and field: %s', (_name, data, field, text) => {
    const [problem] = problemsWith('en/bring', { data });
    expect(problem).toMatch(`site/guest/content/en/bring.md${field && `: ${field}`}\n`);
    expect(problem).toContain(text);
    expect(problem).toContain('fix: ');
  });

  it.each<[string, unknown, string]>([
    ['no pictures', undefined, 'pictures\n    expected a list'],
    ['an empty list', [], 'pictures\n    expected at least one picture'],
    ['a picture without words', [{ file: 'sails.svg' }], 'pictures[0].alt\n    expected text of at most 160'],
    [
      'a picture that is not there',
      [...pictures, { file: 'sail.svg', alt: 'Sail' }],
      'pictures[1].file\n    expected a file of site/guest/art: deck.svg, sails.svg, found "sail.svg"',
    ],
  ])('name the picture of a vessel: %s', (_name, given, text) => {
    const problems = problemsWith('es/jada/about', { data: { title: 'A', pictures: given } });
    expect(problems.join('\n')).toContain(`site/guest/content/es/jada/about.md: ${text}`);
  });

  it.each<[string, string, string]>([
    ['HTML', 'Hold <b onclick="x()">on</b>', 'expected Markdown without HTML, found "<b onclick='],
    ['a script', '<script>alert(1)</script>', 'expected Markdown without HTML'],
    ['a comment', 'Come <!-- soon', 'expected Markdown without HTML'],
    ['an e-mail address', 'Write to me@example.com', 'expected no e-mail address, found "me@example.com"'],
    ['a phone number', 'Call (619) 555-0142', 'expected no phone number'],
    ['nothing', '  \n', 'expected 1 to 110 words, found 0 words'],
    ['too much for one sheet', 'word '.repeat(111), 'found 111 words'],
  ])('say what was written and what to do instead: %s', (_name, body, text) => {
    const problems = problemsWith('en/rules', { body });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`site/guest/content/en/rules.md: text\n    ${text}`.split('\n')[0]!);
    expect(problems[0]).toContain(text);
  });

  it.each<[string, string, string]>([
    ['a heading', '<h1 id="x">Rules</h1>', 'found a heading, a line that starts with #'],
    ['a picture', '<p><img src="x.png" alt="x"></p>', 'name pictures at the top of about.md'],
    ['code', '<pre class="astro-code"><code>x</code></pre>', 'four spaces'],
    ['a link into the page', '<p><a href="#map">Map</a></p>', 'links that start with https://, found "#map"'],
    ['a script as link', '<p><a href="javascript:alert(1)">Map</a></p>', 'found "javascript:alert(1)"'],
    ['something new', '<p><video></video></p>', 'found <video>'],
  ])('may not turn into %s', (_name, html, text) => {
    expect(problemsWith('en/rules', { rendered: { html } }).join('\n')).toContain(text);
  });

  it('are every file that is missing, in either language, and every one that no page shows', () => {
    const files = complete().filter(({ id }) => id !== 'es/weather' && id !== 'en/jada/finding');
    const extra = { ...files[0]!, id: 'en/jada/bring' };
    const found = findContentProblems([...files, extra], ART).map(({ where, found }) => `${where}: ${found}`);
    expect(found).toEqual([
      'site/guest/content/en/jada/bring.md: a file that no page shows',
      'site/guest/content/en/jada/finding.md: no such file',
      'site/guest/content/es/weather.md: no such file',
    ]);
  });

  it('are front matter that is no YAML, with the line that an editor shows', () => {
    const loc = { file: '/any/site/guest/content/en/bring.md', line: 1 };
    const error = Object.assign(new Error('bad indentation'), { loc });
    expect(toUnreadable(error).map(renderProblem)[0]).toContain('site/guest/content/en/bring.md: line 2\n');
    expect(toUnreadable(new Error('of ours'))).toEqual([]);
  });
});

describe('the content of a vessel', () => {
  const art = { 'sails.svg': { src: '/_astro/sails.abc.svg', width: 1200, height: 675 } };

  it('has each topic with its title, and the pictures with their addresses', () => {
    const content = assembleContent(complete(), art)('jada', 'es');
    expect(Object.keys(content.passages)).toEqual([...TOPICS]);
    expect(content.about.title).toBe('Title of es/jada/about');
    expect(content.passages.finding.title).toBe('Title of es/jada/finding');
    expect(content.passages.bring).toEqual({
      title: 'Title of es/bring',
      html: '<p>Bring a <em>hat</em>.</p><ul><li>One</li></ul>',
    });
    expect(content.pictures).toEqual([
      { src: '/_astro/sails.abc.svg', width: 1200, height: 675, alt: 'Under sail' },
    ]);
  });

  it('is made once', () => {
    const contentFor = assembleContent(complete(), art);
    expect(contentFor('jada', 'en')).toBe(contentFor('jada', 'en'));
    expect(contentFor('jada', 'en')).not.toBe(contentFor('jada', 'es'));
  });

  it('that has no texts is an error that names the files to add', () => {
    const contentFor = assembleContent(complete(), art);
    expect(() => contentFor('sea-breeze', 'en')).toThrow(UserError);
    expect(() => contentFor('sea-breeze', 'en')).toThrow(
      'add site/guest/content/en/sea-breeze/finding.md and site/guest/content/en/sea-breeze/about.md',
    );
  });
});

describe('the files of the repository', () => {
  it('hold the content of every vessel of the fleet, in every language', async () => {
    const fleet = JSON.parse(await readFile(join(ROOT, 'bookings/reference/fleet.json'), 'utf8')) as {
      vessels: Record<string, unknown>;
    };
    const files = (await readdir(join(GUEST, 'content'), { recursive: true })).map((file) =>
      file.replaceAll('\\', '/'),
    );
    const needed = Object.keys(fleet.vessels).flatMap((vessel) =>
      LANGUAGES.flatMap((language) => idsFor(vessel, language)),
    );
    expect(files).toEqual(expect.arrayContaining(needed.map((id) => `${id}.md`)));
  });

  it('hold art that is small, holds no words and asks no one for anything', async () => {
    for (const file of await readdir(join(GUEST, 'art'))) {
      const svg = await readFile(join(GUEST, 'art', file), 'utf8');
      expect(Buffer.byteLength(svg), file).toBeLessThanOrEqual(4096);
      expect(svg, file).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox="0 0 1200 675">/);
      expect(svg, file).not.toMatch(/<(text|script|image|style|foreignObject)|href|url\((?!#)|\son\w+=/i);
    }
  });

  it('hold a preview of the size that messengers expect', async () => {
    const png = await readFile(join(GUEST, 'public/preview.png'));
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1200, 630]);
    expect(png.length).toBeLessThanOrEqual(120 * 1024);
  });
});

describe('a build', () => {
  it('has each picture under a name that says what is in it, and the preview under its own', async () => {
    const built = join(GUEST_BUILD, 'client');
    const pictured = (await readdir(join(built, '_astro'))).filter((file) => file.endsWith('.svg'));
    for (const file of await readdir(join(GUEST, 'art'))) {
      const name = pictured.find((one) => one.startsWith(`${file.slice(0, -4)}.`));
      expect(await readFile(join(built, '_astro', name!))).toEqual(await readFile(join(GUEST, 'art', file)));
    }
    expect((await stat(join(built, 'preview.png'))).isFile()).toBe(true);
  });

  it('of texts that cannot be shown fails, and says everything that is wrong', async () => {
    await inTemporaryFolder(async (folder) => {
      const root = await copyOfSite(folder);
      await writeFile(join(root, 'content/en/bring.md'), '---\ntitel: Bring\n---\n\n# <b>Much</b>\n');
      await rm(join(root, 'content/es/jada/finding.md'));
      const output = await failureOf(root);
      expect(output).toContain('site/guest/content/en/bring.md: title\n    expected text');
      expect(output).toContain('found the unknown field "titel"');
      expect(output).toContain('expected Markdown without HTML, found "<b>"');
      expect(output).toContain('site/guest/content/es/jada/finding.md\n    expected this file');
    });
  });

  it('of front matter that cannot be read fails, and says where', async () => {
    await inTemporaryFolder(async (folder) => {
      const root = await copyOfSite(folder);
      await writeFile(join(root, 'content/en/bring.md'), '---\ntitle: Bring: a lot: really\n---\n\nText.\n');
      expect(await failureOf(root)).toContain('site/guest/content/en/bring.md: line 2\n');
    });
  });
});

async function inTemporaryFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'bosun-content-'));
  try {
    await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The guest site as in a checkout of its own, with everything else that it is built from. */
async function copyOfSite(folder: string): Promise<string> {
  const root = join(folder, 'site/guest');
  await cp(GUEST, root, {
    recursive: true,
    filter: (source) => !/[\\/](\.astro|node_modules)$/.test(source),
  });
  await cp(join(ROOT, 'package.json'), join(folder, 'package.json'));
  for (const name of ['node_modules', 'bookings', 'functions', 'site/design', 'site/photos'])
    await symlink(join(ROOT, name), join(folder, name), 'junction');
  return root;
}

async function failureOf(root: string): Promise<string> {
  const astro = fileURLToPath(new URL('../bin/astro.mjs', import.meta.resolve('astro')));
  const env = { ...process.env, ASTRO_TELEMETRY_DISABLED: '1', NO_COLOR: '1' };
  const run = promisify(execFile)(process.execPath, [astro, 'build', '--root', root], { env });
  const failure: unknown = await run.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(failure).toBeDefined();
  const { stdout, stderr } = failure as { stdout: string; stderr: string };
  return stdout + stderr;
}
