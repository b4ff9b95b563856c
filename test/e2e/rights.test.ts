import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prepare } from '#bookings/reconcile/prepare.ts';
import { renderTerminal } from '#bookings/reconcile/render-plan.ts';
import { createSession } from '#scripts/session.ts';
import { clockOffset, shiftClock } from '#scripts/stack/clock.ts';
import { awsCredentialsFor, openLocalKeys } from '#scripts/stack/credentials.ts';
import type { Caller } from '#scripts/stack/stand-in.ts';
import { confirmed } from './bookings.ts';
import { mails, mailsSince, newsOf } from './look.ts';
import { startWorld, type World } from './world.ts';

/** What no other test makes somebody do who has a right to it; `close` throws when a right was lacking. */
let world: World;
beforeAll(async () => {
  world = await startWorld();
  await world.apply([confirmed()]);
});
afterAll(() => world?.close());

/** The plan as a workflow makes it that may do what this role may, and no more. */
async function planAs(role: string, refresh = false): Promise<string> {
  const dir = join(world.directory, 'checkout', role);
  const keys = openLocalKeys(join(world.directory, 'state/keys.json'));
  const aws = { ...world.endpoints.aws, ...awsCredentialsFor(role, keys) };
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, 'endpoints.json'), JSON.stringify({ ...world.endpoints, aws }));
  const session = await createSession({ stack: 'local', dir, allow: [] }, world.checkout);
  const { set, ports, now } = await session.forApply();
  const { plan } = await prepare(set, now, ports, { refresh });
  return renderTerminal(plan, []);
}

describe('the roles of GitHub’s workflows', () => {
  it('may do all that a plan takes, and with it see what apply would do', async () => {
    await world.commit([{ ...confirmed(), hours: 4 }]);
    const plan = await planAs('bosun-apply');
    expect(plan).toContain('XHQGMDH');
    expect(await planAs('bosun-plan')).toBe(plan);
  });

  it('may do all that a comparison with the outside world takes', async () => {
    await world.commit([confirmed()]);
    const person: Caller = { principal: 'person', authorize: () => undefined };
    const page = `http://s3.local/${world.endpoints.buckets.guest}/g/xhqgmdh.html`;
    await world.stack.aws.s3.fetch(new Request(page, { method: 'DELETE' }), person);
    const found = await planAs('bosun-drift', true);
    expect(found).toContain('g/xhqgmdh.html missing');
    expect(found).toBe(await planAs('bosun-apply', true));
  });
});

describe('the schedules', () => {
  it('bring back a notification whose message was lost', async () => {
    const before = await mails(world);
    world.stack.faults.arm([{ by: 'scc-api', match: 'sns/*', does: 'error', times: 'always' }]);
    await world.apply([{ ...confirmed(), hours: 4 }]);
    world.stack.faults.clear();
    expect(await mailsSince(world, before)).toEqual([]);
    const offset = clockOffset();
    shiftClock(offset + GRACE);
    expect(await world.stack.aws.scheduler.tick('notification-sweeper')).toEqual([
      { name: 'notification-sweeper' },
    ]);
    expect(await world.stack.settle(20_000)).toEqual([]);
    shiftClock(offset);
    expect(newsOf(await mailsSince(world, before))).toEqual([
      'captain and manager: Boatsetter XHQGMDH: changed',
      'jane: changed: end',
      'john: changed: end',
      'mike: changed: end',
    ]);
  });

  it('look at every credential', async () => {
    expect(await world.stack.aws.scheduler.tick('credential-watch')).toEqual([{ name: 'credential-watch' }]);
  });
});

/** Milliseconds; stack `local` takes a mail to be lost after ten minutes. */
const GRACE = 11 * 60_000;
