import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { compareInstants } from '#bookings/model/time.ts';
import { MailDeferred, MailRefused, type Mail } from '#functions/adapters/ses.ts';
import { deliver } from '#functions/crew-notify/deliver.ts';
import { readLink } from '#functions/scc/links.ts';
import { release } from '#functions/scc-api/release.ts';
import { LINK_KEYS } from '#test/functions/scc-api/local-api.ts';
import { startLocalScc, type LocalScc } from '#test/functions/scc/local-scc.ts';
import { john, JOHNS_PAY, NOW, OPEN_PAY, openSkipper } from '#test/functions/scc/samples.ts';
import { createLocalSender } from './local-sender.ts';

let scc: LocalScc;
let count = 0;
let bookingKey: string;
let sender: ReturnType<typeof createLocalSender>;
let { sent, logged, world, deps, eventId, idOf, put, tell, run }: typeof sender = {} as typeof sender;
beforeAll(async () => void (scc = await startLocalScc()));
afterAll(() => scc.close());
beforeEach(async () => {
  bookingKey = `phone-deliver-${++count}`;
  sender = createLocalSender(scc, bookingKey);
  ({ sent, logged, world, deps, eventId, idOf, put, tell, run } = sender);
  for (const key of ['john', 'mia', 'ana'])
    await scc.registry.put(key, { name: key, email: `${key}@example.test`, active: true });
});

const stateOf = async (recipient: string, kind: string, revision = 1) =>
  (await scc.notifications.find(idOf(recipient, kind, revision)))!;
const unsent = () =>
  scc.notifications.due({ createdBefore: '2100-01-01T00:00:00Z', now: '2100-01-01T00:00:00Z' }, 1000);
const later = (seconds: number) => (world.now = new Date(world.now.getTime() + seconds * 1000));

describe('delivering a notification', () => {
  it('sends it once, however often it is asked', async () => {
    await put();
    await tell(1);
    expect(await run('john', 'assigned')).toBe('sent');
    expect(await run('john', 'assigned')).toBe('sent');
    expect(sent.map(({ to }) => to)).toEqual([['john@example.test']]);
    expect(await stateOf('john', 'assigned')).toMatchObject({ state: 'sent', sentAt: NOW.toISOString() });
    expect(await unsent()).not.toContain(idOf('john', 'assigned'));
  });

  it('lets one of two at the same time send', async () => {
    await put();
    await tell(1);
    const outcomes = await Promise.all([run('john', 'assigned'), run('john', 'assigned')]);
    expect(sent).toHaveLength(1);
    expect(outcomes).toContain('sent');
  });

  it('waits for the release that makes an intent true', async () => {
    await put();
    const crash = release(
      { eventId, revision: 1 },
      { ...scc.dyingAfter(8), entries: deps.entries, publish: async () => {}, now: () => NOW },
    );
    await expect(crash).rejects.toThrow('the process died');
    expect(await run('john', 'assigned')).toBe('waiting');
    await put({ revision: 2, view: { crew: [openSkipper] } });
    await tell(2);
    expect(await run('john', 'assigned')).toBe('superseded');
    expect(sent).toEqual([]);
    expect(await unsent()).not.toContain(idOf('john', 'assigned'));
  });

  it('never mails about a charter that is over', async () => {
    await put();
    await tell(1);
    world.now = new Date('2027-05-30T19:00:00Z');
    expect(await run('john', 'assigned')).toBe('expired');
    expect(sent).toEqual([]);
    expect(await unsent()).not.toContain(idOf('john', 'assigned'));
  });

  it('knows nothing of an unknown id', async () => {
    expect(await deliver('made-up', deps)).toBe('unknown');
  });
});

describe('a send in doubt', () => {
  const timeout = async (mail: Mail): Promise<never> => {
    sent.push(mail);
    throw new Error('socket hang up while mailing john@example.test');
  };
  beforeEach(async () => {
    await put();
    await tell(1);
    world.send = timeout;
    expect(await run('john', 'assigned')).toBe('in-doubt');
    world.send = async (mail) => ({ messageId: `message-${sent.push(mail)}` });
  });

  it('is not repeated within the grace time, and stays for the sweeper', async () => {
    later(599);
    expect(await run('john', 'assigned')).toBe('waiting');
    expect(sent).toHaveLength(1);
    expect(await unsent()).toContain(idOf('john', 'assigned'));
    expect(logged.join()).toContain('send in doubt');
    expect(logged.join()).not.toContain('john@');
  });

  it('is repeated once when the grace time has passed without evidence', async () => {
    later(601);
    expect(await run('john', 'assigned')).toBe('sent');
    expect(await run('john', 'assigned')).toBe('sent');
    expect(sent).toHaveLength(2);
  });

  it('is not repeated when there is evidence', async () => {
    await scc.notifications.evidence(idOf('john', 'assigned'), { at: NOW.toISOString(), messageId: 'm' });
    later(601);
    expect(await run('john', 'assigned')).toBe('sent');
    expect(sent).toHaveLength(1);
    expect(await unsent()).not.toContain(idOf('john', 'assigned'));
  });
});

describe('a refusal', () => {
  beforeEach(async () => {
    await put();
    await tell(1);
  });

  it('of a mail is tried again ever more rarely until the charter starts, with its reason, without the address', async () => {
    world.send = () => Promise.reject(new MailRefused('Email address is not verified: john@example.test'));
    const waits: number[] = [];
    let last = await stateOf('john', 'assigned');
    while (compareInstants(world.now.toISOString(), '2027-05-30T16:00:00Z') < 0) {
      expect(await run('john', 'assigned')).toBe('postponed');
      last = await stateOf('john', 'assigned');
      expect(last).toMatchObject({ state: 'pending', reason: 'Email address is not verified: <address>' });
      expect(last).toMatchObject({ attempts: waits.length + 1, claimedAt: null });
      waits.push((Date.parse(last.nextAttemptAt!) - world.now.getTime()) / 60_000);
      world.now = new Date(last.nextAttemptAt!);
    }
    expect(waits.slice(0, 9)).toEqual([5, 10, 20, 40, 80, 160, 320, 360, 360]);
    expect(last.nextAttemptAt).toBe('2027-05-30T16:00:00.000Z');
    expect(await run('john', 'assigned')).toBe('failed');
    expect(await stateOf('john', 'assigned')).toMatchObject({
      state: 'failed',
      reason: 'Email address is not verified: <address>',
    });
    expect(await unsent()).not.toContain(idOf('john', 'assigned'));
    expect(logged.join()).not.toContain('john@');
  });

  it('of a mail is forgotten once it is taken, and the sweeper leaves it alone until then', async () => {
    world.send = () => Promise.reject(new MailRefused('not verified'));
    await run('john', 'assigned');
    const due = (now: string) => scc.notifications.due({ createdBefore: '2100-01-01T00:00:00Z', now }, 1000);
    const at = NOW.getTime();
    expect(await due(new Date(at + 299_000).toISOString())).not.toContain(idOf('john', 'assigned'));
    expect(await due(new Date(at + 300_000).toISOString())).toContain(idOf('john', 'assigned'));
    world.send = async (mail) => ({ messageId: `message-${sent.push(mail)}` });
    expect(await run('john', 'assigned')).toBe('sent');
    expect(await stateOf('john', 'assigned')).toMatchObject({ reason: null, nextAttemptAt: null });
  });

  it('for now gives the claim back and asks to be tried again', async () => {
    world.send = () => Promise.reject(new MailDeferred('slow down'));
    await expect(run('john', 'assigned')).rejects.toThrow(MailDeferred);
    expect(await stateOf('john', 'assigned')).toMatchObject({ state: 'pending', claimedAt: null });
    world.send = async (mail) => ({ messageId: `message-${sent.push(mail)}` });
    expect(await run('john', 'assigned')).toBe('sent');
  });

  it('does not meet inactive and unregistered members: their mails wait for an address', async () => {
    await scc.registry.put('john', { name: 'John', email: 'john@example.test', active: false });
    expect(await run('john', 'assigned')).toBe('postponed');
    expect(await stateOf('john', 'assigned')).toMatchObject({
      state: 'pending',
      reason: 'not active in the crew registry',
    });
    const zoe = { ...john, key: `zoe-${bookingKey}`, member: `zoe-${bookingKey}`, name: 'Zoe' };
    await put({ revision: 2, view: { crew: [zoe] } });
    await tell(2);
    expect(await run(zoe.key, 'assigned', 2)).toBe('postponed');
    expect(sent).toEqual([]);
    world.now = new Date('2027-05-30T18:59:00Z');
    expect(await run(zoe.key, 'assigned', 2)).toBe('postponed');
    await scc.registry.put(zoe.key, { name: 'Zoe', email: 'zoe@example.test', active: true });
    expect(await run(zoe.key, 'assigned', 2)).toBe('sent');
  });

  it('does not take away the claim of a send in doubt', async () => {
    world.send = () => Promise.reject(new Error('socket hang up'));
    expect(await run('john', 'assigned')).toBe('in-doubt');
    await scc.registry.put('john', { name: 'John', email: 'john@example.test', active: false });
    await run('john', 'assigned');
    expect(await stateOf('john', 'assigned')).toMatchObject({ state: 'claimed' });
  });
});

describe('what a mail says', () => {
  it('comes from what was last released, never from a view that waits', async () => {
    await put();
    await tell(1);
    await put({ revision: 2, view: { start: '2027-05-31T10:00', end: '2027-05-31T13:00' } });
    await run('john', 'assigned');
    expect(sent[0]!.subject).toBe('JADA · Sun May 30, 9:00 AM — you are on as deckhand');
    await tell(2);
    await run('john', 'changed', 2);
    expect(sent[1]!.subject).toBe('JADA · Mon May 31, 10:00 AM — changed: start, end');
    expect(sent[1]!.text).toContain(
      '- Start: Sunday, May 30, 2027, 9:00 AM PDT → Monday, May 31, 2027, 10:00 AM PDT',
    );
  });

  it('is left out when a newer release made it untrue, in either direction', async () => {
    await put();
    await tell(1);
    await put({ revision: 2, view: { status: 'cancelled' } });
    await tell(2);
    expect(await run('john', 'assigned', 1)).toBe('superseded');
    await put({ revision: 3 });
    await tell(3);
    expect(await run('john', 'cancelled', 2)).toBe('superseded');
    expect(await run('john', 'assigned', 3)).toBe('sent');
    expect(sent).toHaveLength(1);
  });

  it('has the reader’s own pay alone, old and new', async () => {
    await put({ pay: { john: 10_000 } });
    await tell(1);
    await run('john', 'assigned', 1);
    sent.length = 0;
    await put({ revision: 2, pay: { john: 12_550 } });
    await tell(2);
    await run('john', 'changed', 2);
    expect(sent[0]!.text).toContain('- Your pay: $100.00 → $125.50');
    expect(sent[0]!.text).not.toContain('71,239');
    await run('mia', 'invited', 1);
    expect(sent[1]!.text).toContain(`Your pay: $71,239.87`);
    expect(sent[1]!.text).not.toContain('125.50');
  });

  it('holds a link that logs in its reader and nobody else', async () => {
    await put();
    await tell(1);
    await run('mia', 'invited');
    const token = /https:\/\/crew\.example\.test\/crew\/enter\?t=(\S+)/.exec(sent[0]!.text)![1]!;
    expect(readLink(LINK_KEYS, token)).toMatchObject({ m: 'mia', e: eventId });
    expect(sent[0]!.replyTo).toEqual(['manager@example.test']);
  });

  it('gives no link and no details to who is not on board any more', async () => {
    await put();
    await tell(1);
    await put({ revision: 2, view: { crew: [openSkipper] } });
    await tell(2);
    await run('john', 'unassigned', 2);
    expect(sent[0]!.text).toContain('You are no longer on this charter');
    expect(sent[0]!.text).not.toMatch(/crew\/enter|Bring|Alex/);
  });

  it('of a charter on hold says so', async () => {
    await put();
    await tell(1);
    await put({ revision: 2, view: { status: 'on-hold' } });
    await tell(2);
    await run('john', 'cancelled', 2);
    expect(sent[0]!.subject).toBe('JADA · Sun May 30, 9:00 AM — on hold');
    expect(sent[0]!.text).toContain('on hold');
    expect(sent[0]!.text).not.toContain('cancelled');
  });

  it('to captain and manager is one mail with the guest’s link and no money', async () => {
    await put();
    await tell(1);
    expect(await run('manager', 'summary')).toBe('sent');
    expect(sent).toHaveLength(1);
    expect(sent[0]!.to).toEqual(['captain@example.test', 'manager@example.test']);
    expect(sent[0]!.subject).toBe('JADA · Sun May 30, 9:00 AM — Boatsetter XHQGMDH: new booking');
    expect(sent[0]!.text).toMatch(/https:\/\/guest\.example\.test\/g\/xhqgmdh#k=\S{22}\n/);
    expect(sent[0]!.text).toContain('Paid in full');
    for (const amount of [JOHNS_PAY, OPEN_PAY]) {
      expect(sent[0]!.text + sent[0]!.html).not.toContain(String(amount));
      expect(sent[0]!.text + sent[0]!.html).not.toContain((amount / 100).toFixed(2));
    }
  });
});
