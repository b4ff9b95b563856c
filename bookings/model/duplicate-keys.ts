/**
 * Keys that an object of valid JSON text has twice, as paths: `guest.name`. `JSON.parse` keeps the last one
 * silently, which is how a merge loses an amount.
 */
export function findDuplicateKeys(text: string): string[] {
  const found: string[] = [];
  const open: { readonly keys: Set<string> | null; path: string }[] = [];
  let isKey = false;
  for (const [token] of text.matchAll(TOKEN)) {
    const inside = open.at(-1);
    if (token === '{' || token === '[') open.push({ keys: token === '{' ? new Set() : null, path: '' });
    else if (token === '}' || token === ']') open.pop();
    else if (token.startsWith('"') && isKey && inside?.keys) {
      const key = JSON.parse(token) as string;
      inside.path = key;
      if (inside.keys.has(key))
        found.push(
          open
            .map(({ path }) => path)
            .filter(Boolean)
            .join('.'),
        );
      inside.keys.add(key);
    }
    isKey = token === '{' || (token === ',' && open.at(-1)?.keys !== null);
  }
  return found;
}

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],]/g;
