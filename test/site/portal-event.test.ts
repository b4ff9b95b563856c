import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Booking } from '#bookings/model/booking.ts';
import type { EventView } from '#bookings/model/views/event.ts';
import { shownOf } from '#functions/scc/seen.ts';
import type { Entry, EntryContent } from '#functions/scc/entries/entry.ts';
import { booking, instant } from './portal-booking.ts';
import { startPortal, type Answer } from './portal-world.ts';

let portal: Awaited<ReturnType<typeof startPortal>>;
beforeAll(async () => {
  portal = await startPortal();
  for (const [key, name] of [
    ['maria', 'Maria <b>Lopez</b>'],
    ['john', 'John Reyes'],
    ['mia', 'Mia Chen'],
    ['zoe', 'Zoe Park'],
  ] as const)
    await portal.registry.put(key, { name, email: `${key}@example.test`, active: true });
});
afterAll(() => portal.close());

let charters = 0;
/** A charter of its own for each test, released as it is. */
const store = async (more: Partial<Booking> = {}) => {
  const own = { ...booking, key: `boatsetter-own${++charters}`, ...more };
  const view = await portal.store(own);
  return { own, view, eventId: view.eventId };
};

let made = 0;
const append = (eventId: string, member: string, content: EntryContent): Promise<void> => {
  const at = new Date().toISOString();
  const id = `entry-number-${String(++made).padStart(4, '0')}`;
  return portal.append(eventId, [{ id, member, lamport: made, at, receivedAt: at, ...content }]);
};

const look = async (eventId: string, member: string, query = ''): Promise<Answer> =>
  portal.ask(`/crew/events/${eventId}${query}`, { cookie: await portal.sessionOf(member, eventId) });

const textOf = (body: string) =>
  body
    .slice(body.indexOf('<body'))
    .replaceAll(/<script[^]*?<\/script>/g, ' ')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ');

const read = async (...args: Parameters<typeof look>) => textOf((await look(...args)).body);

/** Each form that posts to a path, as its hidden fields and the names and values of its buttons. */
const formsTo = (body: string, path: string): Record<string, string>[] =>
  Array.from(body.matchAll(/<form[^]*?<\/form>/g), ([form]) => form)
    .filter((form) => form.includes(`action="${path}" method="post"`))
    .map((form) =>
      Object.fromEntries(
        Array.from(
          form.matchAll(/(?:type="hidden"|<button[^>]*?) name="(\w+)" value="([^"]*)"/g),
          ([, name, value]) => [name!, value!],
        ),
      ),
    );

/** Says that a member saw the charter as it is in its first revision. */
const lookedAt = (view: EventView, member: string): Promise<void> => {
  const position = view.crew.find((one) => one.member === member)!;
  return append(view.eventId, member, { kind: 'seen', revision: 1, shown: shownOf(view, position) });
};

const answersOf = async (eventId: string, member: string) =>
  formsTo((await look(eventId, member)).body, `/api/events/${eventId}/answers`);

const answerTo = async (eventId: string, member: string, answer: 'confirmed' | 'declined', reason = '') => {
  const [{ version = '' } = {}] = await answersOf(eventId, member);
  const position = member === 'mia' ? 'deckhand-1' : member;
  await append(eventId, member, {
    kind: 'answer',
    answer,
    position,
    version,
    since: 1,
    reason: reason || null,
  });
};

describe('the page of a charter', () => {
  it('has what a deckhand needs, and of pay only their own', async () => {
    const { eventId } = await store();
    const { statusCode, body } = await look(eventId, 'john');
    expect(statusCode).toBe(200);
    const text = textOf(body);
    for (const part of [
      '? Please answer Sunday, May 30, 2027 9:00 AM – 12:00 PM PDT · 3 hours',
      'Role deckhand Hours 4.5 hours Your pay $112.50',
      'Berth Harbor Island West Marina, dock C Open the map Vessel JADA Guests Alex, party of 6',
      'Maria &lt;b&gt;Lopez&lt;/b&gt; captain ? No answer yet',
      'John Reyes (you) deckhand',
      'Open position deckhand ○ Open',
    ])
      expect(text).toContain(part);
    expect(body).toContain('href="https://maps.example/?q=dock+c"');
    for (const secret of ['250.11', '100.99', '840.75', '151.34', 'Morgan', 'Owner rate', 'Zoe'])
      expect(body).not.toContain(secret);
  });

  it('is whole although the notes hold a carriage return, and takes no markup from them', async () => {
    const { eventId } = await store();
    const { body, headers } = await look(eventId, 'john');
    expect(textOf(body)).toContain('port locker. Bring &lt;i&gt;gloves&lt;/i&gt;.');
    expect(body).toMatch(/<\/html>$/);
    expect(Number(headers['content-length'])).toBe(Buffer.byteLength(body));
  });

  it('answers who has no part in it as if there were no such charter', async () => {
    const { eventId } = await store();
    const cookie = await portal.sessionOf('zoe', eventId);
    const real = await portal.ask(`/crew/events/${eventId}`, { cookie });
    const invented = await portal.ask('/crew/events/inventedinventedinve', { cookie });
    expect(real.statusCode).toBe(410);
    expect(real).toEqual(invented);
    expect(real.body).toContain('Not one of your charters');
  });

  it.each([undefined, 'crew_session=forged.token', 'crew_session='])(
    'without a session (%s) explains how to get one, and offers to mail it',
    async (cookie) => {
      const { eventId } = await store();
      for (const path of ['/crew', `/crew/events/${eventId}`]) {
        const { statusCode, body } = await portal.ask(path, { cookie });
        expect(statusCode).toBe(401);
        expect(body).toContain('Please open the link from your mail');
        expect(formsTo(body, '/api/crew-links')).toHaveLength(1);
        expect(body).not.toContain('JADA');
      }
    },
  );

  it('is closed at once to a member whose links were revoked', async () => {
    const { eventId } = await store();
    await portal.registry.put('lee', { name: 'Lee', email: 'lee@example.test', active: true });
    const cookie = await portal.sessionOf('lee', eventId);
    expect((await portal.ask('/crew', { cookie })).statusCode).toBe(200);
    await portal.registry.revoke('lee');
    expect((await portal.ask('/crew', { cookie })).statusCode).toBe(401);
  });

  it('brings the notice of the form that led to it', async () => {
    const { eventId } = await store();
    const { body } = await look(eventId, 'john', '?notice=taken');
    expect(body).toMatch(/<p class="notice notice-bad" role="alert"[^>]*>/);
    expect(textOf(body)).toContain('! Somebody else was first: the place is taken.');
  });
});

describe('the answer', () => {
  it('is asked for first of all, bound to the session and to the version that is shown', async () => {
    const { eventId } = await store();
    const cookie = await portal.sessionOf('john', eventId);
    const { body } = await portal.ask(`/crew/events/${eventId}`, { cookie });
    expect(textOf(body)).toMatch(
      /Are you coming\? Yes, I am coming I cannot come Why\? The captain is told at once\. Decline .*The charter/,
    );
    const forms = formsTo(body, `/api/events/${eventId}/answers`);
    expect(forms.map(({ answer }) => answer)).toEqual(['confirmed', 'declined']);
    for (const form of forms) {
      expect(form['csrf']).toBe(portal.csrfOf(cookie));
      expect(form['version']).toMatch(/^[0-9a-f]{16}$/);
      expect(form['id']).toMatch(/^[\w-]{16,64}$/);
    }
    expect(forms[0]!['id']).not.toBe(forms[1]!['id']);
    expect(body).toMatch(/<textarea[^>]* name="reason"[^>]* required/);
  });

  it('that was given is shown to all on board, and can be changed', async () => {
    const { eventId } = await store();
    await answerTo(eventId, 'john', 'confirmed');
    const text = await read(eventId, 'john');
    expect(text).toContain('✓ Confirmed by you');
    expect(text).toContain('You are coming I cannot come after all');
    expect((await answersOf(eventId, 'john')).map(({ answer }) => answer)).toEqual(['declined']);
    expect(await read(eventId, 'maria')).toContain('John Reyes deckhand ✓ Confirmed');
  });

  it('that declined gives the reason to who gave it, and to the captain alone', async () => {
    const { eventId } = await store();
    await answerTo(eventId, 'john', 'declined', 'My <car> broke down');
    const text = await read(eventId, 'john');
    expect(text).toContain('✕ You declined');
    expect(text).toContain('Your reason: My &lt;car&gt; broke down I can come after all');
    expect(await read(eventId, 'maria')).toContain('“My &lt;car&gt; broke down”');
    const mia = await read(eventId, 'mia');
    expect(mia).toContain('John Reyes deckhand ✕ Declined');
    expect(mia).not.toContain('broke down');
  });

  it('is asked for again after a material change, which it names', async () => {
    const { own, view, eventId } = await store();
    await lookedAt(view, 'john');
    await answerTo(eventId, 'john', 'confirmed');
    const later = { ...own, start: '2027-05-30T10:00', end: '2027-05-30T13:00' };
    await portal.store(later, {}, 2);
    const text = await read(eventId, 'john');
    expect(text).toContain('↻ Please confirm again');
    expect(text).toContain('Are you still coming? You confirmed; since then, this charter changed.');
    expect(text).toMatch(/Start was .*9:00 AM PDT now .*10:00 AM PDT/);
    expect(text).not.toContain('Got it');
  });

  it('of an invited member is about a place to take, with its pay', async () => {
    const { eventId } = await store();
    const { body } = await look(eventId, 'mia');
    expect(textOf(body)).toContain(
      'Will you take this place? Role: deckhand. The first to take it has it. Take this place Not this time',
    );
    expect(textOf(body)).toContain('You are invited Role deckhand Hours 4 hours Your pay $100.99');
    expect(body).not.toContain('112.50');
    expect(body).not.toMatch(/<textarea[^>]* required/);
  });

  it('is not asked for when the charter is over', async () => {
    const { eventId } = await store({ startsAt: instant(-5), endsAt: instant(-2) });
    expect(await answersOf(eventId, 'john')).toEqual([]);
  });
});

describe('what changed', () => {
  it('since one last looked is told with old and new, own pay too, until one says so', async () => {
    const { own, view, eventId } = await store();
    await lookedAt(view, 'john');
    const crew = own.crew.map((one) => (one.key === 'john' ? { ...one, pay: 12_000 } : one));
    await portal.store({ ...own, crew, guest: { ...own.guest, count: 8 } }, {}, 2);
    const { body } = await look(eventId, 'john');
    expect(textOf(body)).toMatch(
      /What changed since you last looked Guests was 6 now 8 Your pay was \$112\.50 now \$120\.00 Got it/,
    );
    expect(formsTo(body, `/api/events/${eventId}/seen`)).toEqual([
      {
        csrf: expect.stringMatching(/./),
        id: expect.stringMatching(/^[\w-]{16,64}$/),
        look: expect.stringMatching(/^[0-9a-f]{16}$/),
      },
    ]);
  });

  it('is nothing for who never said that they looked', async () => {
    const { own, eventId } = await store();
    await portal.store({ ...own, guest: { ...own.guest, count: 8 } }, {}, 2);
    expect(await read(eventId, 'john')).not.toContain('What changed');
  });
});

describe('checklists, expenses and photos', () => {
  it('are on the page of who is on board, with forms that carry token and id', async () => {
    const { eventId } = await store();
    await append(eventId, 'maria', { kind: 'tick', list: 'before', item: 'fuel', done: true });
    await append(eventId, 'maria', { ...EXPENSE, expense: 'expense-of-maria', text: 'Marias secret' });
    await append(eventId, 'john', { ...EXPENSE, expense: 'expense-of-john1' });
    const cookie = await portal.sessionOf('john', eventId);
    const { body } = await portal.ask(`/crew/events/${eventId}`, { cookie });
    const text = textOf(body);
    expect(text).toContain('Before the guests come Before · 1 of 2 done Fuel and water checked');
    expect(text).toContain('Supplies Ice $10.50');
    expect(text).toContain('Adding photos needs JavaScript.');
    expect(text).toMatch(/Checklists Expenses Photos .*The charter/);
    expect(body).not.toContain('Marias secret');
    const forms = formsTo(body, `/api/events/${eventId}/entries`);
    expect(forms.map(({ kind }) => kind)).toEqual([
      'tick',
      'note',
      'tick',
      'note',
      'finish',
      'expense',
      'expense',
      'expense',
    ]);
    for (const { csrf, id } of forms) {
      expect(csrf).toBe(portal.csrfOf(cookie));
      expect(id).toMatch(/^[\w-]{16,64}$/);
    }
    expect(new Set(forms.map(({ id }) => id)).size).toBe(forms.length);
  });

  it('are handed to the browser as data that cannot end its script', async () => {
    const { eventId } = await store();
    const evil = '</script><script>alert(1)</script><!--';
    await append(eventId, 'maria', { kind: 'note', list: 'before', item: 'fuel', text: evil });
    const { body } = await look(eventId, 'john');
    const [, json] = /<script type="application\/json" id="charter">(.*?)<\/script>/s.exec(body) ?? [];
    const charter = JSON.parse(json!) as Record<string, unknown> & { entries: Entry[] };
    expect(charter).toMatchObject({
      eventId,
      me: 'john',
      isCaptain: false,
      isOver: false,
      currency: 'USD',
      zone: 'America/Los_Angeles',
      names: { john: 'John Reyes', maria: 'Maria <b>Lopez</b>' },
      photosOrigin: 'https://photos.test',
      checklists: booking.checklists,
    });
    expect(charter.entries.map((entry) => entry.kind === 'note' && entry.text)).toEqual([evil]);
    expect(body).not.toContain('<script>alert');
  });

  it('are not for who is merely invited', async () => {
    const { eventId } = await store();
    const { body } = await look(eventId, 'mia');
    expect(formsTo(body, `/api/events/${eventId}/entries`)).toEqual([]);
    expect(body).not.toMatch(/id="(charter|checklists|expenses|photos)"/);
  });

  it('are for who signed up', async () => {
    const { eventId } = await store();
    await portal.signUp(eventId, [{ role: 'deckhand', member: 'mia', name: 'Mia Chen', entry: 'e' }]);
    const text = await read(eventId, 'mia');
    expect(text).toContain('Mia Chen (you) deckhand');
    expect(text).toContain('Finish this list');
    expect(await read(eventId, 'john')).toContain('Mia Chen deckhand');
  });
});

const EXPENSE = {
  kind: 'expense',
  category: 'supplies',
  cents: 1_050,
  text: 'Ice',
  receipt: null,
  removed: false,
} as const;

describe('the captain’s part', () => {
  it('has every answer, who is free instead, and the command that assigns them', async () => {
    const { eventId } = await store();
    await answerTo(eventId, 'john', 'declined', 'Flu');
    const { body } = await look(eventId, 'maria');
    expect(textOf(body)).toMatch(
      /For the captain .*John Reyes deckhand ✕ Declined .*“Flu” Free instead: Zoe Park/,
    );
    expect(body).toMatch(/<code[^>]*>npm run booking -- amend XHQGMDH --assign john=zoe<\/code>/);
    expect(textOf(body)).toContain('Mia Chen is invited: no answer yet');
  });

  it('says who signed up, and how git hears of it', async () => {
    const { eventId } = await store();
    await portal.signUp(eventId, [{ role: 'deckhand', member: 'mia', name: 'Mia Chen', entry: 'e' }]);
    const { body } = await look(eventId, 'maria');
    expect(textOf(body)).toContain('Mia Chen signed up. The booking still says open');
    expect(body).toContain('amend XHQGMDH --assign deckhand-1=mia</code>');
  });

  it('closes the charter and opens it again', async () => {
    const { eventId } = await store();
    const open = await look(eventId, 'maria');
    expect(formsTo(open.body, `/api/events/${eventId}/close`)).toEqual([
      { csrf: expect.stringMatching(/./), id: expect.stringMatching(/^[\w-]{16,64}$/) },
    ]);
    expect(formsTo(open.body, `/api/events/${eventId}/open`)).toEqual([]);
    await append(eventId, 'maria', { kind: 'close' });
    const closed = await look(eventId, 'maria');
    expect(formsTo(closed.body, `/api/events/${eventId}/open`)).toHaveLength(1);
    const john = await look(eventId, 'john');
    expect(textOf(john.body)).toContain('The captain closed this charter: expenses are final.');
    expect(formsTo(john.body, `/api/events/${eventId}/entries`).map(({ kind }) => kind)).not.toContain(
      'expense',
    );
  });

  it('is nobody else’s', async () => {
    const { eventId } = await store();
    for (const member of ['john', 'mia']) {
      const { body } = await look(eventId, member);
      expect(body).not.toMatch(/For the captain|npm run booking|\/close"/);
    }
  });
});

describe('the page of a charter that is off', () => {
  it.each([
    ['cancelled', 'This charter has been cancelled. You are not needed for it.', '✕ Cancelled'],
    ['pending', 'This charter is on hold.', '… On hold'],
  ] as const)(
    'says so when it is %s, asks for no answer, and promises no pay',
    async (status, text, badge) => {
      const { own, eventId } = await store();
      await portal.store({ ...own, status }, {}, 2);
      const { body } = await look(eventId, 'john');
      expect(textOf(body)).toContain(text);
      expect(textOf(body)).toContain(badge);
      expect(formsTo(body, `/api/events/${eventId}/answers`)).toEqual([]);
      expect(body).not.toMatch(/\$[1-9]/);
      expect(body).toMatch(/id="checklists"[^>]* hidden/);
    },
  );
});

describe('a full page', () => {
  it('has no script of its own in it, and is at most 20 KB when packed', async () => {
    const { eventId } = await store();
    const items = booking.checklists[0]!.items.map(({ key }) => key);
    for (let index = 0; index < 60; index++)
      await append(eventId, index % 2 ? 'john' : 'maria', {
        kind: 'tick',
        list: 'before',
        item: items[index % items.length]!,
        done: index % 3 > 0,
      });
    for (let index = 0; index < 8; index++)
      await append(eventId, 'john', { ...EXPENSE, expense: `expense-number-${index}` });
    for (let index = 0; index < 20; index++)
      await append(eventId, 'maria', { kind: 'photo', photo: `photo-number-${index}`, type: 'image/jpeg' });
    const { body } = await look(eventId, 'john');
    expect(gzipSync(body).length).toBeLessThanOrEqual(20 * 1024);
    const scripts = Array.from(body.matchAll(/<script([^>]*)>/g), ([, attributes]) => attributes!.trim());
    expect(scripts).toHaveLength(2);
    for (const attributes of scripts)
      expect(attributes).toMatch(
        /^(type="application\/json" id="charter"|type="module" src="\/crew-assets\/[\w.-]+")$/,
      );
    expect(body).not.toMatch(/\son\w+="/);
  });

  it('brings at most 15 KB of script, packed', async () => {
    const folder = join(portal.directory, 'client', 'crew-assets');
    const scripts = (await readdir(folder)).filter((file) => file.endsWith('.js'));
    const sizes = await Promise.all(
      scripts.map(async (file) => gzipSync(await readFile(join(folder, file))).length),
    );
    expect(sizes.length).toBeGreaterThan(0);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(15 * 1024);
  });
});
