/** Text made safe for HTML content and quoted attributes. */
export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A page of the local stack for people. `body` and `style` are trusted markup; `title` is escaped. */
export function renderPage(title: string, body: string, style: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${BASE_STYLE}${style}</style>
</head>
<body>
${body}
</body>
</html>
`;
}

const BASE_STYLE = `
:root { color-scheme: light dark; --ink: light-dark(#1b2530, #e6ebf0); --muted: light-dark(#51606e, #a3b1bf);
  --page: light-dark(#f6f8fa, #10161c); --panel: light-dark(#ffffff, #1a222b); --line: light-dark(#d5dde4, #33404c);
  --accent: light-dark(#0b5cad, #7cbcff); }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 78rem; padding: 1rem; background: var(--page); color: var(--ink);
  font: 16px/1.45 system-ui, sans-serif; }
h1 { font-size: 1.4rem; margin: 0; }
a { color: var(--accent); }
`;
