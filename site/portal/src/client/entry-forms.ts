import type { Entry } from '#functions/scc/entries/entry.ts';
import { contentOfForm, type FormProblem } from '#functions/scc/entries/read-form.ts';
import { PICTURES } from './upload-box.ts';

/** A form that was sent by the person. */
export interface Sent {
  readonly form: HTMLFormElement;
  /** Of the entry. It is new: the page may be a kept one, whose rendered ids were used before. */
  readonly id: string;
  readonly fields: Readonly<Record<string, string>>;
  /** The picture that they chose in it. */
  readonly receipt: File | undefined;
}

/** Takes over the forms that make entries, once each: the next rendering brings a new one. */
export function onEntryForm(take: (sent: Sent) => Promise<'taken' | 'open'>): void {
  const taken = new WeakSet<HTMLFormElement>();
  document.addEventListener('submit', (event) => {
    const form = event.target as HTMLFormElement;
    if (!form.matches('form[data-entry]')) return;
    event.preventDefault();
    if (taken.has(form)) return;
    taken.add(form);
    const sent = readForm(form);
    take(sent)
      .then((outcome) => outcome === 'open' && taken.delete(form))
      .catch(() => submitAsIs(sent));
  });
}

const readForm = (form: HTMLFormElement): Sent => ({
  form,
  id: crypto.randomUUID(),
  fields: Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value)])),
  receipt: form.querySelector<HTMLInputElement>('input[type=file]')?.files?.[0],
});

/**
 * What this device cannot store goes to the server the way it does without script; under its new id, so that it counts
 * once even if it was stored after all.
 */
function submitAsIs({ form, id }: Sent): void {
  form.querySelector<HTMLInputElement>('[name=id]')!.value = id;
  form.submit();
}

export function entryOf(
  { id, fields }: Pick<Sent, 'id' | 'fields'>,
  { member, receipt }: { readonly member: string; readonly receipt: string | undefined },
): Unnumbered | FormProblem {
  const content = contentOfForm({ ...fields, id, ...(receipt !== undefined && { receipt }) });
  if ('problem' in content) return content;
  const at = new Date().toISOString();
  return { ...content, id, member, at, receivedAt: at };
}

type WithoutLamport<E> = E extends Entry ? Omit<E, 'lamport'> : never;
export type Unnumbered = WithoutLamport<Entry>;

/** Expense forms get a field for a receipt, which no form without script could send. */
export function addReceiptFields(content: HTMLElement): void {
  for (const hidden of content.querySelectorAll<HTMLElement>('form > [name=receipt]')) {
    const form = hidden.parentElement!;
    if (form.querySelector('[name=removed]')) continue;
    const label = document.createElement('label');
    const input = document.createElement('input');
    Object.assign(input, { type: 'file', accept: PICTURES });
    label.append('Receipt', input);
    form.querySelector('button')?.before(label);
  }
}
