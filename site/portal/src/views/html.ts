/** HTML that is safe as it stands; only {@link html} makes it. */
export interface Markup {
  readonly markup: string;
}

export type Part = Markup | string | number | false | null | undefined | readonly Part[];

/** A template whose values are escaped, but for markup. Lists are joined; `false`, `null` and `undefined` leave nothing. */
export const html = (texts: TemplateStringsArray, ...parts: Part[]): Markup => ({
  markup: String.raw({ raw: texts }, ...parts.map(toHtml)),
});

function toHtml(part: Part): string {
  if (part === false || part === null || part === undefined) return '';
  if (typeof part !== 'object') return escapeHtml(String(part));
  return 'markup' in part ? part.markup : part.map(toHtml).join('');
}

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (one) => `&#${one.charCodeAt(0)};`);
