import { resolve } from 'node:path';
import { UserError } from '#bookings/model/problem.ts';
import { readSource } from '#bookings/reconcile/load.ts';
import { tellStory } from '#bookings/reconcile/story.ts';
import { EXIT, inkFor, runCommand } from '../command.ts';
import { ROOT } from '../repository.ts';
import { createSession, sessionOptions, type Session, type SessionValues } from '../session.ts';
import { readEndpoints } from '../stack/endpoints.ts';
import { gatherFacts, planFor, type Sources } from './gather-facts.ts';
import { renderStory } from './render-story.ts';

const HELP = `
Usage: npm run booking -- explain <code> [options]

The story of one booking, by its key, confirmation code or page id: who changed what and when (git), what was done (the
ledger), who was told what and what became of each mail, how things stand, and what the next apply would do. Deleted and
forgotten bookings too. Changes nothing, and shows no contacts and no amounts. What cannot be asked, as when the stack
is not running, is said, and the rest is told.

  --json              for machines
  --stack, --dir, --now  as in \`npm run plan\`; a local stack is not started for this
  --checkout <folder> another checkout (default: this one)
`;

/** `npm run booking -- explain` */
export const explain = (args: readonly string[]): Promise<void> =>
  runCommand(
    {
      help: HELP,
      positionals: true,
      options: {
        ...sessionOptions,
        json: { type: 'boolean', default: false },
        checkout: { type: 'string', default: ROOT },
      },
      async run({ json, checkout, ...values }, [code]) {
        if (code === undefined) throw new UserError(`Which booking? ${HELP}`);
        const session = await createSession(values, checkout);
        try {
          const story = tellStory(await gatherFacts(checkout, code, sourcesOf(session, values)));
          process.stdout.write(
            json ? `${JSON.stringify(story, null, 2)}\n` : renderStory(story, inkFor(process.stdout)),
          );
          return EXIT.done;
        } finally {
          await session.close();
        }
      },
    },
    args,
  );

/** Where to ask. A local stack that does not run is left alone: looking changes nothing. */
const sourcesOf = (session: Session, values: SessionValues): Sources => ({
  source: () => readSource(session.root),
  async stack() {
    const endpoints =
      values.stack === 'local' ? await readEndpoints(resolve(session.root, values.dir)) : undefined;
    if (values.stack === 'local' && endpoints === undefined)
      throw new UserError('the local stack is not running (npm start)');
    const { ledger, scc, deployment } = await session.connection();
    return {
      knownKeys: async () => [...(await ledger.readIndex()).targets.keys()],
      records: (keys) => ledger.readBookings(keys),
      mails: (bookingKey) => scc.notifications(bookingKey),
      addressOf: (pageId) => `${deployment.edge}/g/${pageId}`,
      lease: () => ledger.readLease(),
      async pending(bookingKey) {
        const { set, ports, now } = await session.forApply();
        return planFor(bookingKey, { set, ports, now, allow: session.allowances });
      },
    };
  },
});
