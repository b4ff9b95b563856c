/** A new element with attributes. Text is only ever text: markup has no way in. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** `meaning` is read out where the text is a mere sign, or one of many. */
export function button(text: string, press: () => void, meaning?: string): HTMLButtonElement {
  const made = element('button', { type: 'button' }, text);
  if (meaning !== undefined) label(made, meaning);
  on(made, 'click', press);
  return made;
}

/** What is read out instead of what is seen; by attribute, as not every browser has the property. */
export const label = (made: Element, text: string): void => made.setAttribute('aria-label', text);

export const on = <Type extends keyof WindowEventMap>(
  target: EventTarget,
  type: Type,
  listen: (event: WindowEventMap[Type]) => unknown,
): void => target.addEventListener(type, listen as (event: Event) => void);

/** `{name}` in a text becomes what `values` has by that name. */
export const fill = (text: string, values: Readonly<Record<string, number>>): string =>
  text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name]));
