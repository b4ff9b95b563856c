/** Most characters of a comment; GitHub refuses a longer one. */
export const MOST_CHARACTERS = 65_536;

/** The text, ending before the line that would be too much, and saying so. `whole`: where all of it is. */
export function fitComment(text: string, whole: string): string {
  if (text.length <= MOST_CHARACTERS) return text;
  const notice = `\n\n**Cut here.** The plan is longer than a comment may be: ${whole}.\n`;
  const kept = text.slice(0, MOST_CHARACTERS - notice.length);
  const end = kept.lastIndexOf('\n');
  return `${end > 0 ? kept.slice(0, end) : kept.replace(/[\uD800-\uDBFF]$/, '')}${notice}`;
}
