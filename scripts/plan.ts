import { guard } from '#bookings/reconcile/guard.ts';
import { prepare } from '#bookings/reconcile/prepare.ts';
import { renderJson, renderMarkdown, renderTerminal } from '#bookings/reconcile/render-plan.ts';
import { EXIT, inkFor, runCommand } from './command.ts';
import { ROOT } from './repository.ts';
import { createSession, sessionOptions } from './session.ts';

const HELP = `
Usage: npm run plan -- [options]

Says what apply would do and who would be told what, against the running local stack, or one started for this
command. Changes nothing. A plan always renders; what apply would refuse is said at its end.

  --json             for machines
  --markdown         for a comment on a pull request
  --stack <name>     local (default), dev, prod
  --dir <directory>  of the local stack (default .local)
  --now <time>       plan as of another time, with offset
  --allow <rule>:<n> an override that apply would be given

Exit codes: 0 planned, 1 failed, 2 invalid input.
`;

await runCommand({
  help: HELP,
  options: {
    ...sessionOptions,
    json: { type: 'boolean', default: false },
    markdown: { type: 'boolean', default: false },
  },
  async run(values) {
    const session = await createSession(values, ROOT);
    try {
      const { set, ports, now } = await session.forApply();
      const { plan, index } = await prepare(set, now, ports);
      const refusals = guard(plan, set.loaded.reference.limits, await session.allowances(index.done));
      const render = values.json ? renderJson : values.markdown ? renderMarkdown : renderTerminal;
      process.stdout.write(render(plan, refusals, inkFor(process.stdout)));
      return EXIT.done;
    } finally {
      await session.close();
    }
  },
});
