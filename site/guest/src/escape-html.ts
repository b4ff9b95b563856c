/** Text for an element or a quoted attribute, for the few pieces of HTML that no template makes. */
export const escapeHtml = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (one) => `&#${one.charCodeAt(0)};`);
