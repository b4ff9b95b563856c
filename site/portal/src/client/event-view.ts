import { renderChecklists } from '../views/checklists.ts';
import { renderExpenses } from '../views/expenses.ts';
import { renderPhotos } from '../views/photos.ts';
import type { Section } from '../views/section.ts';
import type { Charter } from './charter.ts';
import { addReceiptFields } from './entry-forms.ts';
import type { Progress } from './outbox.ts';
import { replaceSection } from './replace-section.ts';
import { sectionOf } from './section-of.ts';
import { describeSituation } from './status.ts';
import { createStatusBox } from './status-box.ts';
import { mergeEntries, type Storage } from './storage.ts';
import { createUploadBox } from './upload-box.ts';

export interface EventView {
  /** Shows what is stored; `taken` is the form whose entry this is about. */
  draw(contact: Progress, taken?: HTMLFormElement): Promise<void>;
  /** What was last drawn. */
  section(): Section;
  /** The page itself is a copy of that instant. */
  markKept(at: string | null): void;
  say(text: string): void;
  progress(photo: string, part: number): void;
}

/** The page's sections, its status line and its uploads, always drawn from what is stored. */
export function createEventView(
  charter: Charter,
  storage: Storage,
  choose: (files: readonly File[]) => void,
): EventView {
  const { eventId } = charter;
  const status = createStatusBox(rootOf('checklists'));
  const uploadBox = createUploadBox(rootOf('photos'), choose);
  const drawSections = createSections();
  const opened = new Date().toISOString();
  let section = sectionOf(charter, charter.entries, []);
  let keptAt: string | null = null;

  const drawOnce = async (contact: Progress, taken?: HTMLFormElement) => {
    const stored = await readStored(charter, storage);
    const { entries, outbox, uploads } = stored;
    section = sectionOf(charter, entries, outbox);
    drawSections(section, entries.length > charter.entries.length || section.unsent.size > 0, taken);
    uploadBox.show(uploads.filter((upload) => upload.eventId === eventId));
    const line = describeSituation({
      contact,
      entries: outbox.filter(({ refusal }) => refusal === null).length,
      pictures: uploads.filter(({ refusal, sentAt }) => refusal === null && sentAt === null).length,
      asOf: stored.at ?? keptAt ?? opened,
      keptAt,
      now: new Date(),
      zone: charter.zone,
    });
    const failed = outbox.filter((each) => each.refusal !== null && each.eventId === eventId);
    status.show(line, failed, section, keptAt !== null && contact === 'sent');
  };
  let drawing = Promise.resolve();
  return {
    draw: (contact, taken) => (drawing = drawing.catch(() => undefined).then(() => drawOnce(contact, taken))),
    section: () => section,
    markKept: (at) => void (keptAt = at),
    say: status.say,
    progress: uploadBox.progress,
  };
}

/** The entries of the charter as this device knows them, and what its member has not sent, of any charter. */
async function readStored({ eventId, me, entries }: Charter, storage: Storage) {
  const [log, outbox, uploads] = await Promise.all([
    storage.log(eventId),
    storage.outbox.all(),
    storage.uploads.all(),
  ]);
  return {
    entries: mergeEntries(entries, log?.entries ?? []),
    at: log?.at,
    outbox: outbox.filter(({ entry }) => entry.member === me),
    uploads: uploads.filter(({ member }) => member === me),
  };
}

/** `isNews`: what the server rendered is not all any more. */
type DrawSections = (section: Section, isNews: boolean, taken?: HTMLFormElement) => void;

function createSections(): DrawSections {
  const shown = new Map<string, string>();
  return (section, isNews, taken) => {
    for (const [id, { render, decorate }] of Object.entries(SECTIONS)) {
      const root = rootOf(id);
      const html = render(section);
      const own = root.contains(taken ?? null) ? taken : undefined;
      const isFresh = !isNews && !shown.has(id);
      if (isFresh) decorate?.(root);
      else if (own === undefined && shown.get(id) === withoutIds(html)) continue;
      if (isFresh || replaceSection(root, { html, decorate, taken: own })) shown.set(id, withoutIds(html));
    }
  };
}

interface Drawing {
  readonly render: (section: Section) => string;
  readonly decorate?: (content: HTMLElement) => void;
}

const SECTIONS: Readonly<Record<string, Drawing>> = {
  checklists: { render: renderChecklists },
  expenses: { render: renderExpenses, decorate: addReceiptFields },
  photos: { render: renderPhotos },
};

function rootOf(id: string): HTMLElement {
  const root = document.getElementById(id);
  if (root === null) throw new Error(`The page has no #${id}`);
  return root;
}

/** Each rendering has new ids in its forms; otherwise equal ones need not replace each other. */
const withoutIds = (html: string): string => html.replaceAll(/name="id" value="[^"]*"/g, '');
