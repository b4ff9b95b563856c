/** At most `limit` UTF-16 units: the end is left out, between characters as people see them, and an ellipsis says so. */
export function shorten(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const characters = new Intl.Segmenter('en', { granularity: 'grapheme' });
  let kept = '';
  for (const { segment } of characters.segment(text)) {
    if (kept.length + segment.length >= limit) break;
    kept += segment;
  }
  return `${kept.trimEnd()}…`;
}
