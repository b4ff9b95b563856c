import { readFile } from 'node:fs/promises';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';
import { UserError } from '#bookings/model/problem.ts';
import { buildFunctions, functionNames } from './build-functions.ts';
import { buildPortal } from './build-site.ts';
import { sourceMapOf } from './bundle.ts';
import { EXIT, runCommand } from './command.ts';
import { buildDirectory } from './connect.ts';
import { ROOT } from './repository.ts';

const HELP = `
Usage: npm run trace -- <function> < stack.txt

Says where in the sources an error of a deployed function happened: reads lines of its log and puts
functions/scc-api/app.ts:12:5 in the place of file:///var/task/index.mjs:267:125.

Bundles are the same from the same sources, so check out the commit that was deployed first; what is not built is
built.
`;

const PORTAL = 'crew-portal';

/** Puts sources in the place of positions in a bundle; positions that the map does not know stay as they are. */
export function traceToSources(log: string, map: SourceMapPayload): string {
  const positions = new SourceMap(map);
  return log.replaceAll(/(?:file:\/\/)?[^\s()'"]*\/index\.mjs:(\d+):(\d+)/g, (found, line, column) => {
    const entry = positions.findEntry(Number(line) - 1, Number(column) - 1);
    if (!('originalSource' in entry)) return found;
    return `${entry.originalSource}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
  });
}

if (import.meta.main) {
  await runCommand({
    help: HELP,
    options: {},
    positionals: true,
    async run(_, [name, ...more]) {
      const names = [...(await functionNames()), PORTAL].toSorted();
      if (name === undefined || more.length > 0 || !names.includes(name))
        throw new UserError(`Expected one function: ${names.join(', ')}`);
      const map = JSON.parse(await readFile(await sourceMapFor(name), 'utf8')) as SourceMapPayload;
      process.stdout.write(traceToSources(await text(process.stdin), map));
      return EXIT.done;
    },
  });
}

async function sourceMapFor(name: string): Promise<string> {
  const build = buildDirectory(ROOT);
  const [folder, make] =
    name === PORTAL
      ? ([join(build, 'portal'), buildPortal] as const)
      : ([join(build, 'functions'), buildFunctions] as const);
  await make(folder);
  return sourceMapOf(folder, name);
}
