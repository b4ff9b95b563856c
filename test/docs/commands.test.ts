import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { mapBounded } from '#bookings/reconcile/bounded.ts';
import { ROOT } from '#scripts/repository.ts';
import { commandsIn, readDocument, type NamedCommand } from './read-document.ts';

const DOCUMENTS = ['going-live', 'runbook', 'costs', 'credentials'];
/** Their first word is a command of its own, with its own help. */
const WITH_COMMANDS = new Set(['booking', 'crew', 'rotate']);

describe('a command in a text', () => {
  it('is found in lines of code and in sentences, with its words and options', () => {
    const text = [
      '    npm run crew -- add mike --email mike@example.com --stack prod   # --not an option',
      'Then `npm run rotate -- <credential> --stack prod`, or `npm run apply`, or `npm',
      'run plan -- --refresh`. `npm run --silent rotate -- dashboard-token --show` is for pipes.',
    ].join('\n');
    expect(commandsIn(text)).toEqual([
      { script: 'crew', options: ['--email', '--stack'], words: ['add', 'mike', 'mike@example.com', 'prod'] },
      { script: 'rotate', options: ['--stack'], words: ['prod'] },
      { script: 'apply', options: [], words: [] },
      { script: 'plan', options: ['--refresh'], words: [] },
      { script: 'rotate', options: ['--show'], words: ['dashboard-token'] },
    ]);
  });
});

describe('every command that the guides name', () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const named = DOCUMENTS.flatMap((name) => commandsIn(readDocument(name)));

  it('is a script of package.json', () => {
    const missing = named.filter(({ script }) => scripts[script] === undefined).map(({ script }) => script);
    expect([...new Set(missing)].toSorted()).toEqual([]);
  });

  // Each is a process of its own, two dozen in all.
  it('explains itself, and knows each option that they give it', { timeout: 240_000 }, async () => {
    expect(named.length).toBeGreaterThan(30);
    const asked = [...Map.groupBy(named.filter(isOurs), wordsOf)];
    const unknown = await mapBounded(asked, 3, async ([words, commands]) => {
      const help = await helpOf(words);
      const options = [...new Set(commands.flatMap((command) => command.options))];
      return [
        ...(help.startsWith(`Usage: npm run ${words}`) ? [] : [`${words} --help`]),
        ...options
          .filter((option) => !new RegExp(`${option}(?![\\w-])`).test(help))
          .map((option) => `${words} ${option}`),
      ];
    });
    expect(unknown.flat()).toEqual([]);
  });

  /** Those that are programs of ours, and no tools. */
  const isOurs = ({ script }: NamedCommand) => existsSync(join(ROOT, 'scripts', `${script}.ts`));

  /** `rotate -- link-key`, `apply`: what has a help of its own. */
  function wordsOf({ script, words: [first] }: NamedCommand): string {
    const hasOwn = WITH_COMMANDS.has(script) && first !== undefined && first !== 'prod';
    return hasOwn ? `${script} -- ${first}` : script;
  }

  async function helpOf(words: string): Promise<string> {
    const [script, command] = words.split(' -- ');
    const args = [
      join(ROOT, 'scripts', `${script}.ts`),
      ...(command === undefined ? [] : [command]),
      '--help',
    ];
    return (await promisify(execFile)(process.execPath, args, { cwd: ROOT })).stdout;
  }
});
