import { describe, expect, it } from 'vitest';
import type { BookingFileInput } from '#bookings/model/booking-file.ts';
import { UserError } from '#bookings/model/problem.ts';
import { loadDesired, type DesiredSet } from '#bookings/reconcile/desired-set.ts';
import type { Notebook } from '#bookings/reconcile/known-files.ts';
import type { Source } from '#bookings/reconcile/load.ts';
import { generateBookings } from '#scripts/bench/bookings.ts';
import { withFleet } from '#scripts/bench/fleet.ts';
import { sourceOf } from '#test/fixtures/bookings.ts';

const FILES = generateBookings(40, 3);

function sourceWith(files: readonly BookingFileInput[] = FILES): Source {
  const source = sourceOf(...files);
  return { ...source, reference: withFleet(source.reference) };
}

interface TestNotebook extends Notebook {
  text: string | undefined;
  writes: number;
}

function createNotebook(program = 'one', text?: string): TestNotebook {
  return {
    program,
    text,
    writes: 0,
    read() {
      return this.text;
    },
    write(written) {
      this.text = written;
      this.writes += 1;
    },
  };
}

const contentOf = ({ loaded, desired }: DesiredSet) => ({
  facts: loaded.bookings.map(({ key, status, startsAt, endsAt, vessel, guest, crew, exceptions }) => ({
    ...{ key, status, startsAt, endsAt, vessel, exceptions: exceptions.map(({ rule }) => rule) },
    guests: guest.count,
    crew: crew.map(({ role, member }) => ({ role, member })),
  })),
  desired: desired.map(({ key, target, booking, views, hashes }) => ({
    key,
    target,
    booking,
    views,
    hashes,
  })),
});

/** Whatever a notebook holds, what is loaded with it is what is loaded without. */
const expectRight = (source: Source, notebook: Notebook): void =>
  expect(contentOf(loadDesired(source, notebook))).toEqual(contentOf(loadDesired(source)));

const amended = (file: BookingFileInput): BookingFileInput => ({
  ...file,
  guest: { ...file.guest, name: 'Robin Ash' },
});

describe('files that are known', () => {
  it('give what reading them gives, views and all', () => {
    const notebook = createNotebook();
    expectRight(sourceWith(), notebook);
    expectRight(sourceWith(), notebook);
    expect(notebook.writes).toBe(1);
  });

  it('are read anew when they changed, and when there are more or fewer', () => {
    const notebook = createNotebook();
    loadDesired(sourceWith(), notebook);
    expectRight(sourceWith(FILES.map((file, index) => (index === 7 ? amended(file) : file))), notebook);
    expect(notebook.writes).toBe(2);
    expectRight(sourceWith(FILES.slice(5)), notebook);
    expectRight(sourceWith(generateBookings(45, 3)), notebook);
  });

  it('are not read before somebody looks at them, and are then what was noted, or refused', () => {
    const notebook = createNotebook();
    const source = sourceWith();
    loadDesired(source, notebook);
    const { desired } = loadDesired(source, notebook);
    const targets = loadDesired(sourceWith()).desired.map(({ target }) => target);
    // A file that changes behind our back after it was compared: impossible but for a mistake of ours.
    for (const file of source.bookings)
      Object.assign(file, { text: file.text.replace(/"gross":"\d+/, '"gross":"1') });
    expect(desired.map(({ target }) => target)).toEqual(targets);
    expect(() => desired[0]!.views).toThrow(/is not what was noted about it/);
  });
});

describe('what is noted', () => {
  it('counts for nothing with other reference data', () => {
    const notebook = createNotebook();
    loadDesired(sourceWith(), notebook);
    const source = sourceWith();
    const reference = source.reference.map(({ path, text }) => ({
      path,
      text: text.replaceAll('"Mike"', '"Michael"').replaceAll('"checkInMinutes": 15', '"checkInMinutes": 30'),
    }));
    expect(reference).not.toEqual(source.reference);
    expectRight({ ...source, reference }, notebook);
  });

  it('counts for nothing in another program', () => {
    const notebook = createNotebook();
    loadDesired(sourceWith(), notebook);
    const other = createNotebook('two', notebook.text?.replace(/"target":"[0-9a-f]{4}/g, '"target":"beef'));
    expectRight(sourceWith(), other);
    expect(other.writes).toBe(1);
  });

  it('counts for nothing when it is torn, edited or something else', () => {
    const notebook = createNotebook();
    loadDesired(sourceWith(), notebook);
    const whole = notebook.text!;
    const right = contentOf(loadDesired(sourceWith()));
    for (const text of [
      '',
      'hello',
      whole.slice(0, whole.length / 2),
      whole.slice(0, -1),
      whole.replace('"status":"confirmed"', '"status":"cancelled"'),
      whole.replace(/"target":"[0-9a-f]{4}/, '"target":"beef'),
      `\n${whole}`,
    ])
      expect(contentOf(loadDesired(sourceWith(), createNotebook('one', text)))).toEqual(right);
  });

  it('names no guest and no money', () => {
    const notebook = createNotebook();
    loadDesired(sourceWith(FILES.map(amended)), notebook);
    expect(notebook.text).not.toMatch(/Robin|Ash|gross|pay/);
  });
});

describe('files with problems', () => {
  const refusal = (load: () => unknown): string => {
    try {
      load();
    } catch (error) {
      if (error instanceof UserError) return error.message;
      throw error;
    }
    return 'nothing was refused';
  };

  it.each<[string, (files: BookingFileInput[]) => BookingFileInput[]]>([
    ['one that is not valid', ([first, ...rest]) => [{ ...first!, hours: -1 }, ...rest]],
    ['two with one page id', ([first, ...rest]) => [{ ...first!, pageId: rest[0]!.pageId }, ...rest]],
    ['one that replaces none', ([first, ...rest]) => [{ ...first!, rebookedFrom: 'phone-none' }, ...rest]],
    ['one under another name', ([first, ...rest]) => [{ ...first!, id: 'OTHER1' }, ...rest]],
  ])('are refused in the same words, and noted nowhere: %s', (_, spoil) => {
    const notebook = createNotebook();
    loadDesired(sourceWith(), notebook);
    const before = notebook.text;
    const names = sourceWith().bookings.map(({ path }) => path);
    const source = sourceWith(spoil(FILES));
    const spoilt = {
      ...source,
      bookings: source.bookings.map((file, index) => ({ ...file, path: names[index]! })),
    };
    const words = refusal(() => loadDesired(spoilt));
    expect(words).toMatch(/nothing was applied/);
    expect(refusal(() => loadDesired(spoilt, notebook))).toBe(words);
    expect(notebook.text).toBe(before);
  });

  it('are refused when what refers to nothing any more is itself known', () => {
    const [first, second, ...rest] = FILES;
    const key = `${first!.platform}-${first!.id.toLowerCase()}`;
    const notebook = createNotebook();
    const rebooked = { ...second!, rebookedFrom: key };
    loadDesired(sourceWith([first!, rebooked, ...rest]), notebook);
    expect(refusal(() => loadDesired(sourceWith([rebooked, ...rest]), notebook))).toContain(key);
  });
});
