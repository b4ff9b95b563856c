import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventIdOf } from '#bookings/model/ids.ts';
import { copyCheckout } from '#test/fixtures/operator.ts';
import { confirmed } from './bookings.ts';
import { asOperator, phoneOf, settle } from './crew-client.ts';
import { get, linkOf, mails, mailsSince, newsOf } from './look.ts';
import { startWorld, type World } from './world.ts';

const EVENT = eventIdOf('boatsetter-xhqgmdh');

let world: World;
let checkout: string;
beforeAll(async () => {
  checkout = await copyCheckout(await mkdtemp(join(tmpdir(), 'bosun-crew-command-')));
  world = await startWorld();
  await world.apply([confirmed()]);
});
afterAll(async () => {
  await rm(checkout, { recursive: true, force: true });
  await world?.close();
});

interface Said {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

/** `npm run crew -- …` against the world that runs. */
const crew = (...words: string[]): Promise<Said> =>
  new Promise((resolve) => {
    execFile(
      process.execPath,
      [join(checkout, 'scripts/crew.ts'), ...words, '--dir', world.directory],
      { cwd: checkout, env: { ...process.env, NO_COLOR: '1' } },
      (error, out, said) => resolve({ code: Number(error?.code ?? 0), out, error: said }),
    );
  });
const registered = async (member: string) => {
  const { body } = await asOperator<{ crew: { key: string }[] }>(world, 'GET', '/api/crew');
  return body.crew.find(({ key }) => key === member);
};

describe('npm run crew', () => {
  it('lists who is registered, as a table', async () => {
    const { code, out } = await crew('list');
    expect(code).toBe(0);
    expect(out.split('\n').slice(0, 3)).toEqual([
      'MEMBER  NAME  E-MAIL             STATE   ROLES',
      'ana     Ana   ana@example.test   active  deckhand',
      'jane    Jane  jane@example.test  active  deckhand',
    ]);
  });

  it.each([
    [['add', 'nobody', '--email', 'n@example.test'], 'crew.json does not name "nobody". It names ana, jane'],
    [['add', 'john', '--email', 'j@example.test'], 'john is registered already, with john@example.test.'],
    [['update', 'nobody', '--name', 'N'], 'crew.json does not name "nobody"'],
    [['link', 'john', 'NOTHERE'], 'NOTHERE: no booking has that code. Bookings: boatsetter-'],
    [['link', 'ana', 'XHQGMDH'], 'ana has no place in this charter, and no invitation'],
    [['link', 'john', 'K7M2P4'], 'the crew was never told of this booking'],
  ])('refuses %j with code 2 and a sentence, and changes nothing', async (words, sentence) => {
    const before = await asOperator(world, 'GET', '/api/crew');
    const { code, out, error } = await crew(...words);
    expect([code, out]).toEqual([2, '']);
    expect(error).toContain(sentence);
    expect(error).not.toMatch(/ at .*\.ts:\d+/);
    expect(await asOperator(world, 'GET', '/api/crew')).toEqual(before);
  });

  it('update changes the address to which mail goes, and the name', async () => {
    const { code, out } = await crew('update', 'jane', '--email', 'jane2@example.test', '--name', 'Jane B.');
    expect([code, out]).toEqual([0, 'jane is now Jane B., jane2@example.test, active.\n']);
    const before = await mails(world);
    await world.apply([{ ...confirmed(), start: '2027-05-30T10:00' }]);
    expect(newsOf(await mailsSince(world, before))).toContain('jane2: changed: start, end');
  });

  it('link prints nothing but a link, which logs that member in on that charter', async () => {
    const { code, out } = await crew('link', 'john', 'xhqgmdh');
    expect(code).toBe(0);
    expect(out).toMatch(/^https?:\/\/\S+\/crew\/enter\?t=\S+\n$/);
    const john = await phoneOf(world, 'john', out.trim());
    expect((await john.look(EVENT)).html).toContain('Are you coming?');
  });

  it('revoke ends what was sent before, and says how to send a new one', async () => {
    const old = await linkOf(world, 'john');
    const { cookie } = await phoneOf(world, 'john', old);
    const { code, out } = await crew('revoke', 'john');
    expect(code).toBe(0);
    expect(out).toContain('All links, sessions and calendar addresses of john are void.');
    expect(out).toContain('npm run crew -- link john <booking code>');
    expect((await get(old)).status).toBe(410);
    expect((await get(`${world.endpoints.crewPortal}/crew`, { cookie })).status).toBe(401);
    const again = await crew('link', 'john', 'XHQGMDH');
    expect((await get(again.out.trim())).status).toBe(303);
  });

  it('deactivate stops mails and links at once, and keeps the contact', async () => {
    const link = await linkOf(world, 'mike');
    const { code, out } = await crew('deactivate', 'mike');
    expect([code, out]).toEqual([0, expect.stringContaining('mike is not active any more')]);
    expect((await get(link)).status).toBe(410);
    expect((await crew('link', 'mike', 'XHQGMDH')).error).toContain('mike is not active');
    const before = await mails(world);
    const { notes } = await world.apply([{ ...confirmed(), start: '2027-05-30T11:00' }]);
    expect(newsOf(await mailsSince(world, before)).some((one) => one.startsWith('mike'))).toBe(false);
    expect(notes).toEqual([expect.stringContaining('mike has no active address and could not be told')]);
    expect(await registered('mike')).toMatchObject({ email: 'mike@example.test', active: false });
    expect((await crew('deactivate', 'mike')).out).toContain('nothing was changed');
  });

  it('update --active takes them back, and they get what waited', async () => {
    const before = await mails(world);
    const { code, out } = await crew('update', 'mike', '--active');
    expect([code, out]).toEqual([0, 'mike is now Mike, mike@example.test, active.\n']);
    await settle(world);
    expect(newsOf(await mailsSince(world, before))).toEqual(['mike: changed: start, end']);
  });

  it('add refuses who has left before, and names the way back', async () => {
    await crew('deactivate', 'rosa');
    const { code, error } = await crew('add', 'rosa', '--email', 'rosa@example.test');
    expect(code).toBe(2);
    expect(error).toContain('npm run crew -- update rosa --active');
  });
});
