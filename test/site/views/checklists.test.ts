import { describe, expect, it } from 'vitest';
import { renderChecklists } from '#site/portal/src/views/checklists.ts';
import { entriesOf, formsOf, sectionOf, textOf } from './sample.ts';

const tick = (item: string, done = true) => ({ kind: 'tick', list: 'before', item, done }) as const;
const note = (item: string, text: string) => ({ kind: 'note', list: 'before', item, text }) as const;
const finish = (...saw: string[]) => ({ kind: 'finish', list: 'before', saw }) as const;

describe('a checklist', () => {
  it('that nobody touched offers each item to tick and to note, and to finish', () => {
    const markup = renderChecklists(sectionOf([]));
    expect(textOf(markup)).toContain('Before the guests come Before · 0 of 2 done');
    expect(formsOf(markup)).toMatchObject([
      { csrf: 'csrf-of-john', kind: 'tick', list: 'before', item: 'fuel', done: 'true' },
      { kind: 'note', list: 'before', item: 'fuel' },
      { kind: 'tick', list: 'before', item: 'lines', done: 'true' },
      { kind: 'note', list: 'before', item: 'lines' },
      { kind: 'finish', list: 'before', saw: '' },
    ]);
    expect(markup.match(/action="\/api\/events\/e1\/entries" method="post"/g)).toHaveLength(5);
  });

  it('gives every form an id of its own, new with each rendering', () => {
    const ids = [renderChecklists(sectionOf([])), renderChecklists(sectionOf([]))]
      .flatMap(formsOf)
      .map(({ id }) => id);
    expect(new Set(ids).size).toBe(10);
    for (const id of ids) expect(id).toMatch(/^[\w-]{16,64}$/);
  });

  it('shows who ticked and when, by the clock of the vessel, and offers to untick', () => {
    const markup = renderChecklists(sectionOf(entriesOf(['maria', tick('fuel')], ['john', tick('lines')])));
    expect(textOf(markup)).toContain('2 of 2 done');
    expect(textOf(markup)).toContain('Fuel &#38; water checked Maria Lopez, May 30, 8:00 AM Note');
    expect(textOf(markup)).toContain('Lines checked You, May 30, 8:01 AM sent');
    expect(markup.match(/aria-pressed="true"/g)).toHaveLength(2);
    expect(formsOf(markup)[0]).toMatchObject({ kind: 'tick', item: 'fuel', done: 'false' });
    expect(formsOf(markup).at(-1)).toMatchObject({
      kind: 'finish',
      saw: 'entry-number-0000,entry-number-0001',
    });
  });

  it('that is finished says by whom, is only read, and can be reopened; what came late says so', () => {
    const entries = entriesOf(
      ['john', tick('fuel')],
      ['maria', finish('entry-number-0000')],
      ['john', tick('lines')],
    );
    const markup = renderChecklists(sectionOf(entries));
    expect(textOf(markup)).toContain('Finished: Maria Lopez, May 30, 8:01 AM');
    expect(textOf(markup)).toContain('Lines checked : done You, May 30, 8:02 AM late sent');
    expect(markup.match(/tag-late/g)).toHaveLength(1);
    expect(textOf(markup)).toContain('What is marked late came after that.');
    expect(formsOf(markup)).toMatchObject([{ kind: 'reopen', list: 'before' }]);
  });

  it('shows a note, who wrote it, and the words to change; and who took one away', () => {
    const entries = entriesOf(
      ['maria', note('fuel', 'Half <full>')],
      ['maria', note('lines', 'Old')],
      ['john', note('lines', '')],
    );
    const text = textOf(renderChecklists(sectionOf(entries)));
    expect(text).toContain('Half &#60;full&#62; Note: Maria Lopez, May 30, 8:00 AM');
    expect(text).toContain('Note removed: You, May 30, 8:02 AM');
    expect(text).not.toContain('Old');
  });

  it('says of each entry of this device whether it waits or failed, and why', () => {
    const entries = entriesOf(['john', tick('fuel')], ['john', tick('lines')]);
    const unsent = new Map([
      ['entry-number-0000', { status: 'pending' }],
      ['entry-number-0001', { status: 'failed', reason: 'No such <item>' }],
    ] as const);
    const text = textOf(renderChecklists(sectionOf(entries, { unsent })));
    expect(text).toContain('You, May 30, 8:00 AM waiting for signal');
    expect(text).toContain('You, May 30, 8:01 AM not saved: No such &#60;item&#62;');
    expect(text).not.toContain('AM sent');
  });

  it('escapes names, titles and items', () => {
    const evil = '<script>alert(1)</script>';
    const markup = renderChecklists(
      sectionOf(entriesOf(['maria', tick('fuel')]), {
        names: { maria: evil },
        checklists: [
          { key: 'before', title: evil, phase: 'post-charter', items: [{ key: 'fuel', text: evil }] },
        ],
      }),
    );
    expect(markup).not.toContain('<script');
    expect(markup.match(/&#60;script&#62;/g)!.length).toBeGreaterThanOrEqual(3);
  });

  it('names who is no longer on board by their key', () => {
    expect(textOf(renderChecklists(sectionOf(entriesOf(['zoe', tick('fuel')]))))).toContain('zoe, May 30');
  });

  it('says so when the charter has none', () => {
    expect(textOf(renderChecklists(sectionOf([], { checklists: [] })))).toBe(
      'Checklists None for this charter.',
    );
  });
});
