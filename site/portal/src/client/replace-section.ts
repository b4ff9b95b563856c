export interface Replacement {
  readonly html: string;
  /** Adds to the new content what only a page with script has. */
  readonly decorate?: ((content: HTMLElement) => void) | undefined;
  /** The form whose entry this shows: what was typed into it has been taken. */
  readonly taken?: HTMLFormElement | undefined;
}

/**
 * Puts new content into a section without losing what the person is doing there: open details, typed text and chosen
 * files, focus. False: it is left as it is, since they are typing in it and did not ask by a form.
 */
export function replaceSection(root: HTMLElement, { html, decorate, taken }: Replacement): boolean {
  if (taken === undefined && isTyping(root)) return false;
  const next = root.cloneNode(false) as HTMLElement;
  next.innerHTML = html;
  decorate?.(next);
  const focus = placeOf(root, document.activeElement);
  for (const open of root.querySelectorAll('details[open]'))
    find(next, placeOf(root, open))?.toggleAttribute('open', true);
  for (const field of root.querySelectorAll<Field>(FIELDS))
    if (isTouched(field) && field.form !== taken) find(next, placeOf(root, field))?.replaceWith(field);
  // A picture that is there already need not be fetched again.
  for (const image of root.querySelectorAll('img'))
    next.querySelector(`img[src="${image.getAttribute('src')}"]`)?.replaceWith(image);
  root.replaceChildren(...next.childNodes);
  if (focus !== undefined) refocus(root, focus);
  return true;
}

type Field = HTMLInputElement | HTMLSelectElement;
const FIELDS = 'input:not([type=hidden]), select';

const isTyping = (root: HTMLElement): boolean =>
  root.contains(document.activeElement) && document.activeElement?.matches(FIELDS) === true;

const isTouched = (field: Field): boolean =>
  field instanceof HTMLSelectElement
    ? !field.selectedOptions[0]?.defaultSelected
    : field.value !== field.defaultValue;

/** Where an element is, in words that hold after a new rendering: what its form is about, and which of its parts it is. */
interface Place {
  readonly form: string;
  readonly part: string;
}

const PARTS = `summary, details, button, ${FIELDS}`;

function placeOf(root: HTMLElement, element: Element | null): Place | undefined {
  if (element === null || element === root || !root.contains(element)) return undefined;
  const form = element.closest('form') ?? element.closest('details')?.querySelector('form');
  return { form: form ? topicOf(form) : '', part: partOf(element) };
}

const topicOf = (form: HTMLFormElement): string =>
  [...form.querySelectorAll<HTMLInputElement>('input[type=hidden]')]
    .filter(({ name }) => !CHANGING.has(name))
    .map(({ name, value }) => `${name}=${value}`)
    .join('&');

/** Hidden fields that another rendering of the same form may change. */
const CHANGING: ReadonlySet<string> = new Set([
  'csrf',
  'id',
  'done',
  'saw',
  'receipt',
  'category',
  'amount',
  'text',
]);

const partOf = (element: Element): string =>
  `${element.tagName} ${element.getAttribute('name') ?? element.getAttribute('type') ?? element.getAttribute('href') ?? ''}`;

const find = (root: HTMLElement, place: Place | undefined): HTMLElement | undefined =>
  [...root.querySelectorAll<HTMLElement>(PARTS)].find((element) => {
    const found = placeOf(root, element);
    return found?.form === place?.form && found?.part === place?.part;
  });

/** Where the element is gone, as after finishing a list, reading goes on from the section. */
function refocus(root: HTMLElement, place: Place): void {
  const target = find(root, place) ?? root;
  if (target === root) root.tabIndex = -1;
  target.focus({ preventScroll: true });
}
