import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventIdOf } from '#bookings/model/ids.ts';
import { UserError } from '#bookings/model/problem.ts';
import { load, readSource } from '#bookings/reconcile/load.ts';
import { createSccClient } from '#functions/adapters/scc-client.ts';
import { readLink } from '#functions/scc/links.ts';
import {
  addMember,
  deactivateMember,
  listMembers,
  updateMember,
  type CrewOffice,
} from '#scripts/crew/contacts.ts';
import { linkFor, revokeMember } from '#scripts/crew/links.ts';
import { OPERATOR } from '#test/fixtures/operator.ts';
import { createLocalApi, LINK_KEYS, SERVICE_KEY } from '#test/functions/scc-api/local-api.ts';
import { startLocalScc, type LocalScc } from '#test/functions/scc/local-scc.ts';
import { samplePut } from '#test/functions/scc/samples.ts';

const BOOKING = 'boatsetter-xhqgmdh';
let scc: LocalScc;
let api: ReturnType<typeof createLocalApi>;
let office: CrewOffice;
beforeAll(async () => void (scc = await startLocalScc()));
afterAll(() => scc.close());
beforeEach(async () => {
  api = createLocalApi(scc);
  const { reference, bookings } = load(await readSource(OPERATOR));
  const fetch = async (url: string, init: RequestInit) => api.app.request(url, init);
  const client = createSccClient({ url: 'http://scc.example.test', serviceKey: SERVICE_KEY }, { fetch });
  office = { scc: client, members: reference.crew.members, bookings };
});

const refusal = async (work: Promise<string>): Promise<string> => {
  const error: unknown = await work.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UserError);
  return (error as UserError).message;
};

describe('the crew commands', () => {
  it('enter a member of crew.json once, under the name that git says', async () => {
    expect(await addMember(office, 'john', { email: ' john@example.test ' })).toContain(
      'john is registered: John, john@example.test.',
    );
    expect(await scc.registry.find('john')).toEqual({
      key: 'john',
      name: 'John',
      email: 'john@example.test',
      active: true,
      linkVersion: 1,
    });
    const again = await refusal(addMember(office, 'john', { email: 'other@example.test' }));
    expect(again).toContain('registered already, with john@example.test');
    expect(again).toContain('npm run crew -- update john --email');
    expect((await scc.registry.find('john'))?.email).toBe('john@example.test');
  });

  it('refuse with what to do instead', async () => {
    expect(await refusal(addMember(office, 'nobody', { email: 'n@example.test' }))).toContain(
      'add the member to bookings/reference/crew.json',
    );
    expect(await refusal(addMember(office, 'mike', {}))).toContain(
      'npm run crew -- add mike --email <address>',
    );
    expect(await refusal(addMember(office, 'mike', { email: 'mike' }))).toContain(
      '--email "mike": expected an e-mail address',
    );
    expect(await refusal(addMember(office, 'mike', { email: 'm@example.test', name: 'a\nb' }))).toContain(
      'a name on one line',
    );
    expect(await refusal(updateMember(office, 'mike', { email: 'm@example.test' }))).toContain(
      'npm run crew -- add mike',
    );
    expect(await refusal(updateMember(office, 'john', {}))).toContain('What changes?');
    expect(await refusal(deactivateMember(office, 'constructor'))).toContain(
      'crew.json does not name "constructor"',
    );
    expect(await scc.registry.find('mike')).toBeUndefined();
  });

  it('change what is given and keep the rest', async () => {
    await updateMember(office, 'john', { name: 'Johnny' });
    await updateMember(office, 'john', { email: 'johnny@example.test' });
    expect(await scc.registry.find('john')).toMatchObject({
      name: 'Johnny',
      email: 'johnny@example.test',
      active: true,
    });
    expect(await deactivateMember(office, 'john')).toContain('The contact is kept');
    expect(await deactivateMember(office, 'john')).toContain('nothing was changed');
    expect(await updateMember(office, 'john', { name: 'John' })).toContain(
      'not active, so nothing is mailed',
    );
    expect(await refusal(addMember(office, 'john', { email: 'x@example.test' }))).toContain(
      'update john --active',
    );
    expect(await updateMember(office, 'john', { active: true })).toContain('johnny@example.test, active');
  });

  it('list everybody, with who cannot be reached', async () => {
    await scc.registry.put('gone', { name: 'Gone', email: 'gone@example.test', active: false });
    const lines = (await listMembers(office)).split('\n');
    expect(lines.slice(0, 3)).toEqual([
      'MEMBER  NAME  E-MAIL               STATE       ROLES',
      'gone    Gone  gone@example.test    not active  not in crew.json',
      'john    John  johnny@example.test  active      deckhand',
    ]);
    expect(lines).toContain('  npm run crew -- add rosa --email <address>');
    expect(lines.join('\n')).not.toContain('add john');
  });

  it('print a link alone, by the code as people write it, or say why there is none', async () => {
    expect(await refusal(linkFor(office, 'john', 'XHQGMDH'))).toContain(
      'the crew was never told of this booking',
    );
    await api.call('POST', '/api/events', samplePut({ bookingKey: BOOKING }));
    await api.call('POST', `/api/notifications/${BOOKING}/release`, { revision: 1 });
    const printed = await linkFor(office, 'john', 'xhqGMDH');
    expect(printed).toMatch(/^https:\/\/crew\.example\.test\/crew\/enter\?t=\S+\n$/);
    const token = printed.trim().split('?t=')[1]!;
    expect(readLink(LINK_KEYS, token)).toMatchObject({ m: 'john', e: eventIdOf(BOOKING) });
    expect(await linkFor(office, 'john', BOOKING)).toBe(printed);
    expect(await refusal(linkFor(office, 'john', 'nothing'))).toContain('no booking has that code');
    expect(await refusal(linkFor(office, 'gone', BOOKING))).toContain('gone is not active');
    expect(await revokeMember(office, 'john')).toContain('are void');
    expect(await api.reader.openLink(token, api.clock.now)).toEqual({ kind: 'expired' });
    expect(await linkFor(office, 'john', BOOKING)).not.toBe(printed);
  });
});

/** `npm run crew -- …` as a process. */
const crew = (...words: string[]) =>
  new Promise<{ code: number; out: string; err: string }>((resolve) => {
    const file = fileURLToPath(new URL('../../scripts/crew.ts', import.meta.url));
    execFile(process.execPath, [file, ...words], (error, out, err) =>
      resolve({ code: Number(error?.code ?? 0), out, err }),
    );
  });

describe('npm run crew', () => {
  it.each(['add', 'list', 'update', 'deactivate', 'link', 'revoke'])(
    'explains itself and %s, without a stack',
    async (name) => {
      const [all, one] = await Promise.all([crew('--help'), crew(name, '--help')]);
      expect([all.code, one.code]).toEqual([0, 0]);
      expect(all.out).toContain(`\n  ${name} `);
      expect(one.out).toContain(`Usage: npm run crew -- ${name}`);
    },
  );

  it.each([
    [['fire'], 'There is no command "fire"'],
    [['constructor'], 'There is no command "constructor"'],
    [['link', 'john'], 'Which booking code?'],
    [['link'], 'Which member, and which booking code?'],
    [['revoke', 'john', 'mia'], 'Too many words: mia'],
    [['list', '--email', 'x'], "Unknown option '--email'"],
  ])('refuses %j before it looks for a stack', async (words, text) => {
    const { code, out, err } = await crew(...words);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(text);
  });
});
