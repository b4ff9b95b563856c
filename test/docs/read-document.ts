import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '#scripts/repository.ts';

/** A document of `docs` as it is written. */
export const readDocument = (name: string): string => readFileSync(join(ROOT, 'docs', `${name}.md`), 'utf8');

/** One command line that a document names. */
export interface NamedCommand {
  /** Of package.json. */
  readonly script: string;
  /** `--stack`, `--dry-run`. */
  readonly options: readonly string[];
  /** Words that are no options, in their order. */
  readonly words: readonly string[];
}

/** Every `npm run …` of a text, once each; in running text a command may go over the end of a line. */
export function commandsIn(text: string): NamedCommand[] {
  const unbroken = text.replaceAll(/`[^`]+`/g, (code) => code.replaceAll(/\n\s*/g, ' '));
  const lines = unbroken.matchAll(
    /npm run (?:--silent )?(?<script>[a-z][\w:-]*)(?: -- (?<rest>[^`\n#|<>]*(?:<[^>\n]*>[^`\n#|<>]*)*))?/g,
  );
  const found = Array.from(lines, ({ groups }) => {
    const words = (groups!['rest'] ?? '').trim().split(/\s+/);
    return {
      script: groups!['script']!,
      options: words.filter((word) => word.startsWith('--')),
      words: words.filter((word) => /^[a-z]/.test(word)),
    };
  });
  return [...new Map(found.map((one) => [JSON.stringify(one), one])).values()];
}

/** The lines of its blocks of code, as they are typed: without remarks. */
export const linesOfCode = (text: string): string[] =>
  Array.from(text.matchAll(/^ {4}(?<line>[a-z].*?)(?: +#.*)?$/gm), ({ groups }) => groups!['line']!);
