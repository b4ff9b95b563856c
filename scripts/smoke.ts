import { resolve } from 'node:path';
import { UserError } from '#bookings/model/problem.ts';
import { storageOf } from './aws-access.ts';
import { EXIT, runCommand } from './command.ts';
import { DEFAULT_DIRECTORY } from './connect.ts';
import { renderFindings, smoke } from './deploy/smoke.ts';
import { ROOT } from './repository.ts';
import { createSession } from './session.ts';
import { readEndpoints } from './stack/endpoints.ts';

const HELP = `
Usage: npm run smoke -- --stack prod [options]

Asks every public door of a stack whether it is well: sites, APIs, refusals without keys, headers, private buckets.
Only GET, and nothing changes. npm run deploy ends with it.

  --stack <name>     local (the running one), dev, prod
  --dir <directory>  of the local stack (default ${DEFAULT_DIRECTORY})
  --wait <seconds>   how long to ask again what is not well (default 20)

Exit codes: 0 all is well, 1 something is not: it says what, where to look, and how to go back; 2 invalid input.
`;

await runCommand({
  help: HELP,
  options: {
    stack: { type: 'string', default: 'local' },
    dir: { type: 'string', default: DEFAULT_DIRECTORY },
    wait: { type: 'string', default: '20' },
  },
  async run({ stack, dir, wait }) {
    if (!/^\d{1,4}$/.test(wait)) throw new UserError(`--wait ${wait}: expected seconds`);
    const session = await createSession({ stack, dir, allow: [] }, ROOT);
    try {
      const { deployment } = await session.connection();
      const local = stack === 'local' ? await readEndpoints(resolve(ROOT, dir)) : undefined;
      const storage = local?.aws.endpoint ?? storageOf(deployment);
      const findings = await smoke(deployment, { storage, patience: Number(wait) * 1000 });
      process.stdout.write(renderFindings(findings, { stack }));
      return findings.every(({ problems }) => problems.length === 0) ? EXIT.done : EXIT.failed;
    } finally {
      await session.close();
    }
  },
});
