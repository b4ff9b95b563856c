import { describe, expect, it } from 'vitest';
import type { Plan } from '#bookings/reconcile/plan.ts';
import { renderMarkdown } from '#bookings/reconcile/render-markdown.ts';
import { renderTerminal } from '#bookings/reconcile/render-plan.ts';
import { VISIBLE } from '#bookings/model/visible-text.ts';
import { xhqgmdh } from '#test/fixtures/bookings.ts';
import { HOSTILE_NAMES, REFUSED_NAMES } from '#test/fixtures/hostile-names.ts';
import { createMemoryWorld } from './memory-world.ts';

/** A plan that renames a guest; what a ledger remembers of before may be anything. */
const renaming = (from: string, to: string, more: Partial<Plan['bookings'][number]> = {}): Plan => {
  const field = { path: 'guest.name', from, to };
  const booking = {
    bookingKey: 'boatsetter-xhqgmdh',
    label: 'XHQGMDH · JADA · 2027-05-30T09:00',
    revision: 2,
    target: 't',
    cancels: false,
    over: false,
    changes: [{ artefact: 'page', action: 'update', fields: [field] }],
    tells: [
      { eventId: 'e', recipient: 'john', kind: 'changed', occasion: '2', position: 'john', changes: [field] },
    ],
    inDoubt: false,
    warnings: [],
    ...more,
  } as Plan['bookings'][number];
  return {
    site: [],
    restoredSite: [],
    bookings: [booking],
    missing: [],
    conflicts: [],
    identityChanges: [],
    unanswered: [],
    checksum: 'c',
  };
};

/** Without the characters that keep a name's direction to itself. */
const unisolated = (text: string) => text.replace(/[\u2068\u2069]/g, '');
const decoded = (text: string) =>
  text.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
const codesIn = (markdown: string) =>
  [...markdown.matchAll(/<code>(.*?)<\/code>/g)].map(([, text]) => decoded(text!));
const short = HOSTILE_NAMES.filter(({ name }) => name.length <= 40);

describe('a plan', () => {
  it.each(short)('shows a name as it is on a terminal: $what', ({ name }) => {
    const text = unisolated(renderTerminal(renaming('Alex', name), []));
    expect(text).toContain(`~ update page: guest.name Alex → ${name}\n`);
    expect(text).toContain(`john: changed (guest.name Alex → ${name})\n`);
  });

  it.each(HOSTILE_NAMES)(
    'shows a name of a guest in no comment, and makes nothing of it: $what',
    ({ name }) => {
      const markdown = renderMarkdown(renaming(name, 'Alex'), []);
      expect(markdown).toContain('update page: the guest’s name');
      expect(decoded(markdown)).not.toContain(name);
      const row = markdown.split('\n').find((line) => line.includes('JADA'))!;
      expect(row.match(/(?<!\\)\|/g)).toHaveLength(4);
    },
  );

  it.each(short)('shows what else people name as code, and makes nothing of it: $what', ({ name }) => {
    const field = { path: 'vessel.name', from: name, to: 'JADA' };
    const changes = [{ artefact: 'page', action: 'update', fields: [field] }] as const;
    const markdown = renderMarkdown(renaming('a', 'b', { label: name, changes }), []);
    expect(codesIn(markdown).slice(0, 3)).toEqual([name, name, 'JADA']);
    // What is left of it is letters, digits and entities: no markup, mention, reference, link, or end of a cell.
    const codes = markdown.match(/<code>(.*?)<\/code>/g)!.map((code) => code.slice(6, -7));
    for (const code of codes) expect(code.replace(/&#\d+;/g, '')).toMatch(/^[^!-+./:-@[-`{-~\n]*$/);
    const row = markdown.split('\n').find((line) => line.includes('update page'))!;
    expect(row.match(/\|/g)).toHaveLength(4);
  });

  it('names only the field where a name is too long for a line', () => {
    const long = HOSTILE_NAMES.find(({ what }) => what === '200 emoji')!.name;
    const text = renderTerminal(renaming('Alex', long), []);
    expect(text).toContain('guest.name');
    expect(text).not.toContain('🎉');
  });

  it.each(REFUSED_NAMES)('lets nothing of it act on who reads it: $what', ({ name }) => {
    const plan = renaming(name, 'Alex', { label: name, warnings: [name] });
    const refusal = { rule: 'cancel', bookingKeys: [], message: name, override: null } as const;
    for (const text of [renderTerminal(plan, [refusal]), renderMarkdown(plan, [refusal])]) {
      expect(text).not.toContain(name);
      expect(VISIBLE.test(unisolated(text))).toBe(true);
      expect(text).not.toMatch(/^Bcc/m);
    }
  });

  it('forges no line of a plan by a line break in a note', () => {
    const plan = renaming('Hi\n  tells nobody', 'x');
    expect(renderTerminal(plan, [])).not.toMatch(/^ {2}tells nobody/m);
  });

  it('gives a command for a note that a shell reads as the note', async () => {
    const world = createMemoryWorld();
    const note = `it's '; rm -rf ~; echo "$(id)"`;
    await world.apply([{ ...xhqgmdh(), notes: { guest: note } }]);
    const plan = await world.plan({ ...xhqgmdh(), notes: { guest: 'Hats' } });
    const command = /--from (.*)$/m.exec(renderTerminal(plan, []))![1]!;
    // Quoted words and escaped quotes, and nothing between them.
    expect(command).toMatch(/^('[^']*'|\\')+$/);
    expect(JSON.parse(command.replace(/'([^']*)'|\\(')/g, '$1$2'))).toBe(note);
  });
});
