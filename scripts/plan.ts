import { guard, type Refusal } from '#bookings/reconcile/guard.ts';
import { prepare } from '#bookings/reconcile/prepare.ts';
import { renderMarkdown } from '#bookings/reconcile/render-markdown.ts';
import { renderJson, renderTerminal, type ShownPlan } from '#bookings/reconcile/render-plan.ts';
import { UserError } from '#bookings/model/problem.ts';
import { EXIT, inkFor, runCommand } from './command.ts';
import { exitOfRefresh } from './outcome.ts';
import { ROOT } from './repository.ts';
import { createSession, sessionOptions, type Session } from './session.ts';

const HELP = `
Usage: npm run plan -- [options]

Says what apply would do and who would be told what, against the running local stack, or one started for this
command. Changes nothing. A plan always renders; what apply would refuse is said at its end.

  --refresh          compares everything that was applied with what is there: pages, calendar, crew events, cards
  --exit-code        with --refresh: 3 when something is not as it was applied, 1 when something could not be compared
  --json             for machines
  --markdown         for a comment on a pull request
  --stack <name>     local (default), dev, prod
  --dir <directory>  of the local stack (default .local)
  --now <time>       plan as of another time, with offset
  --allow <rule>:<n> an override that apply would be given

Says so first when this checkout does not include a commit that was applied, and would therefore change it back.
Exit codes: 0 planned, 1 failed, 2 invalid input; see --exit-code.
`;

/** What apply would do, and what it would refuse. Changes nothing. */
export async function planNow(
  session: Session,
  { refresh }: { readonly refresh: boolean },
): Promise<{ readonly plan: ShownPlan; readonly refusals: readonly Refusal[] }> {
  const { set, ports, now } = await session.forApply();
  const { plan, index } = await prepare(set, now, ports, { refresh });
  const refusals = guard(plan, set.loaded.reference.limits, await session.allowances(index.done));
  const isBehind = index.seen !== null && !(await session.includes(index.seen));
  return { plan: { ...plan, behind: isBehind ? index.seen : null }, refusals };
}

if (import.meta.main)
  await runCommand({
    help: HELP,
    options: {
      ...sessionOptions,
      refresh: { type: 'boolean', default: false },
      'exit-code': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      markdown: { type: 'boolean', default: false },
    },
    async run(values) {
      if (values['exit-code'] && !values.refresh)
        throw new UserError('--exit-code says what --refresh found: give both');
      const session = await createSession(values, ROOT);
      try {
        const { plan, refusals } = await planNow(session, values);
        const render = values.json ? renderJson : values.markdown ? renderMarkdown : renderTerminal;
        process.stdout.write(render(plan, refusals, inkFor(process.stdout)));
        return values['exit-code'] ? exitOfRefresh(plan) : EXIT.done;
      } finally {
        await session.close();
      }
    },
  });
