import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { onEntryForm } from '#site/portal/src/client/entry-forms.ts';
import { sectionOf } from '#site/portal/src/client/section-of.ts';
import { createTaker } from '#site/portal/src/client/take-entry.ts';
import { memoryStore } from './samples.ts';

const EXPENSE = { kind: 'expense', expense: '', category: 'supplies', amount: '23.45', text: 'Rope' };
const receipt = (name: string) => new File(['x'], name);

let phone: ReturnType<typeof openPhone>;
beforeEach(() => void (phone = openPhone()));
afterEach(() => void vi.unstubAllGlobals());

const lost = () => Promise.reject(new Error('Connection to Indexed Database server lost'));

describe('a form that was sent', () => {
  it('is kept for sending, shown, and sent; a second press does nothing', async () => {
    await phone.press();
    await phone.press();
    expect([...phone.outbox.kept.values()]).toMatchObject([
      {
        eventId: 'event-1',
        refusal: null,
        entry: { kind: 'expense', cents: 2345, member: 'john', lamport: 8 },
      },
    ]);
    expect(phone.done).toEqual(['kept', 'drawn', 'sent', 'resumed']);
  });

  it('that is kept but cannot be shown goes up from the outbox only, and the person is told', async () => {
    phone.deps.view.draw = lost;
    await phone.press();
    await phone.press();
    expect(phone.outbox.kept.size).toBe(1);
    expect(phone.done).toEqual(['kept', 'emptied', 'sent', 'resumed']);
    expect(phone.said.at(-1)).toMatch(/^Saved on this device/);
  });

  it('that is kept but cannot be sent now does not go another way', async () => {
    phone.deps.sync.send = lost;
    await phone.press();
    expect(phone.done).toEqual(['kept', 'drawn', 'resumed']);
  });

  it('that cannot be kept goes the way it goes without script, once, under its new id', async () => {
    const tried: string[] = [];
    phone.deps.storage.outbox.put = ({ entry }) => {
      tried.push(entry.id);
      return lost();
    };
    await phone.press();
    await phone.press();
    expect(phone.done).toEqual([`submitted as ${tried[0]}`]);
    expect(tried[0]).toMatch(/^[0-9a-f-]{36}$/);
  });

  it.each([
    ['an amount that is none', { ...EXPENSE, amount: 'a lot' }, /^That is not an amount/],
    ['an unknown kind', { kind: 'close' }, /^That was not accepted/],
  ])('with %s stays, with the reason', async (_name, fields, reason) => {
    phone.fields = fields;
    await phone.press();
    expect(phone.said.at(-1)).toMatch(reason);
    expect(phone.done).toEqual([]);
    phone.fields = EXPENSE;
    await phone.press();
    expect(phone.done).toContain('kept');
  });
});

describe('a receipt', () => {
  it('is kept before the entry that names it', async () => {
    phone.receipt = receipt('rope.jpg');
    await phone.press();
    expect(phone.done.slice(0, 2)).toEqual(['picture kept', 'kept']);
    const [unsent] = phone.outbox.kept.values();
    expect(unsent!.entry).toMatchObject({ receipt: phone.pictures[0] });
  });

  it('that is no picture leaves the form as it is', async () => {
    phone.receipt = receipt('rope.pdf');
    await phone.press();
    expect(phone.said.at(-1)).toBe('rope.pdf is not a picture that can be shown here.');
    expect(phone.done).toEqual([]);
  });
});

/** A page with one form, without the browser around it. */
function openPhone() {
  const done: string[] = [];
  const said: string[] = [];
  const pictures: string[] = [];
  const outbox = memoryStore([]);
  const note = (what: string) => Promise.resolve(void done.push(what));
  const idField = { value: 'rendered' };
  const page = {
    done,
    said,
    pictures,
    outbox,
    fields: EXPENSE as object,
    receipt: undefined as File | undefined,
  };
  const form = Object.assign(new EventTarget(), {
    matches: () => true,
    querySelector: (selector: string) =>
      selector === '[name=id]' ? idField : { files: page.receipt ? [page.receipt] : [] },
    submit: () => done.push(`submitted as ${idField.value}`),
    reset: () => done.push('emptied'),
  });
  // What is dispatched at it has it for its target, as if it had come up from the form.
  vi.stubGlobal('document', form);
  vi.stubGlobal('FormData', function FormData() {
    return Object.entries(page.fields);
  });
  const deps = {
    eventId: 'event-1',
    member: 'john',
    storage: {
      nextLamport: (_eventId: string, seen: number) => Promise.resolve(Math.max(seen, 7) + 1),
      outbox: {
        put: (unsent: Parameters<typeof outbox.put>[0]) => outbox.put(unsent).then(() => note('kept')),
      },
    },
    uploads: {
      add: async (file: File, { photo }: { photo: string }) => {
        if (!file.name.endsWith('.jpg')) return false;
        pictures.push(photo);
        await note('picture kept');
        return true;
      },
      resume: () => note('resumed'),
    },
    view: {
      draw: () => note('drawn'),
      section: () => sectionOf(CHARTER, [], []),
      say: (text: string) => void said.push(text),
    },
    sync: { contact: () => 'sent' as const, send: () => note('sent') },
  };
  onEntryForm(createTaker(deps));
  return Object.assign(page, {
    deps,
    async press() {
      form.dispatchEvent(new Event('submit', { cancelable: true }));
      await new Promise((resolve) => setImmediate(resolve));
    },
  });
}

const CHARTER = {
  eventId: 'event-1',
  me: 'john',
  csrf: 'token',
  isCaptain: false,
  checklists: [],
  currency: 'USD',
  zone: 'America/Los_Angeles',
  names: {},
  entries: [],
  photosOrigin: 'https://photos.test',
  isOver: false,
};
