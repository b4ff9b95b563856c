import { once } from 'node:events';
import { join } from 'node:path';
import { runCommand } from '#scripts/command.ts';
import { buildDirectory } from '#scripts/connect.ts';
import { exitOf } from '#scripts/outcome.ts';
import { applyNow } from '#scripts/pipeline.ts';
import { createSession } from '#scripts/session.ts';
import { loadGuestBuild } from '#site/guest-site.ts';

/**
 * `npm run apply` for another checkout than this one, as a process that can be killed. It loads everything, says so, and
 * begins when it is told to: most of the life of a short process is its start.
 */
const [directory = '', checkout = ''] = process.argv.slice(2);
const build = buildDirectory(checkout);
await loadGuestBuild(join(build, 'guest'), join(build, 'portal/client'));
process.send!('ready');
await once(process, 'message');
await runCommand({
  help: '',
  options: {},
  positionals: true,
  async run() {
    const session = await createSession({ stack: 'local', dir: directory, allow: [] }, checkout);
    try {
      const outcome = await applyNow(session);
      process.stdout.write(`${outcome.status}\n${session.notes.join('\n')}\n`);
      return exitOf(outcome);
    } finally {
      await session.close();
      process.disconnect();
    }
  },
});
