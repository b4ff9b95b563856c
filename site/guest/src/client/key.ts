/** The upload key in a link's fragment, `#k=…`. */
export const keyOf = (fragment: string): string | undefined =>
  new URLSearchParams(fragment.slice(1)).get('k') || undefined;
