import { escapeHtml, renderPage } from '../html-page.ts';
import type { Fetch } from '../stand-in.ts';
import type { KeptMap } from '../persistent-map.ts';
import type { SentMail } from './ses.ts';

/** Shows the mails that were sent: as JSON for tests, newest last, and as pages for people, newest first. */
export function createMailbox(messages: KeptMap<SentMail>): Fetch {
  return async (request) => {
    const { pathname } = new URL(request.url);
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return page(405, 'Read only', '<p>Read only.</p>');
    const mails = inOrder(messages);
    if (pathname === '/messages') return Response.json(mails, { headers: { 'cache-control': 'no-store' } });
    if (pathname === '/') return page(200, 'Mailbox', renderList(mails.toReversed()));
    const id = /^\/messages\/([^/]+)$/.exec(pathname)?.[1];
    const mail = mails.find((one) => one.id === id);
    if (mail === undefined)
      return page(404, 'Not found', '<p>There is no such mail. <a href="/">All mails</a></p>');
    return page(200, mail.subject, renderMail(mail));
  };
}

/** Insertion order would do, but a compacted file need not keep it. */
const inOrder = (messages: KeptMap<SentMail>): SentMail[] =>
  [...messages.values()].toSorted((one, other) => one.at.localeCompare(other.at));

function renderList(mails: readonly SentMail[]): string {
  if (mails.length === 0) return '<h1>Mailbox</h1><p>No mail yet.</p>';
  const items = mails.map(
    (mail) =>
      `<li><a href="/messages/${escapeHtml(mail.id)}"><strong>${escapeHtml(mail.subject)}</strong>` +
      `<span>${escapeHtml(mail.to.join(', '))}</span>${renderTime(mail.at)}</a></li>`,
  );
  return `<h1>Mailbox</h1><p>${mails.length === 1 ? '1 mail' : `${mails.length} mails`}, newest first. Nothing here leaves this machine.</p><ul>${items.join('')}</ul>`;
}

function renderMail(mail: SentMail): string {
  const rows: [string, string][] = [
    ['From', mail.from],
    ['To', mail.to.join(', ')],
    ['Cc', mail.cc.join(', ')],
    ['Bcc', mail.bcc.join(', ')],
    ['Reply-To', mail.replyTo.join(', ')],
    ...Object.entries(mail.headers),
    ['Configuration set', mail.configurationSet ?? ''],
    [
      'Tags',
      Object.entries(mail.tags)
        .map(([name, value]) => `${name}=${value}`)
        .join(', '),
    ],
    ['Message id', mail.id],
  ];
  const shown = rows.filter(([, value]) => value !== '');
  return [
    `<p><a href="/">All mails</a></p><h1>${escapeHtml(mail.subject)}</h1>${renderTime(mail.at)}`,
    `<dl>${shown.map(([name, value]) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd>`).join('')}</dl>`,
    mail.html === undefined ? '' : `<h2>HTML</h2>${renderFrame(mail.html)}`,
    mail.text === undefined ? '' : `<h2>Text</h2><pre>${renderText(mail.text)}</pre>`,
  ].join('');
}

const renderTime = (at: string): string =>
  `<time datetime="${escapeHtml(at)}">${escapeHtml(at.replace('T', ' ').replace(/\.\d+Z$/, ' UTC'))}</time>`;

/** No scripts, no access to this page; a link opens outside of the frame. */
const renderFrame = (html: string): string =>
  '<iframe title="The mail as HTML" sandbox="allow-popups allow-popups-to-escape-sandbox" ' +
  `srcdoc="${escapeHtml(`<base target="_blank">${html}`)}"></iframe>`;

/** Escaped first, so that nothing but the links added here is markup. */
const renderText = (text: string): string =>
  escapeHtml(text).replaceAll(
    /https?:\/\/(?:(?!&(?:lt|gt|quot|#39);)[^\s])+/g,
    (url) => `<a href="${url}" target="_blank" rel="noreferrer">${url}</a>`,
  );

const STYLE = `
main { max-width: 48rem; margin: 0 auto; overflow-wrap: anywhere; }
h2 { font-size: 1rem; margin: 1.5rem 0 0.5rem; }
ul { list-style: none; margin: 0; padding: 0; }
li { border-top: 1px solid var(--line); }
li a { display: grid; gap: 0.1rem; padding: 0.75rem 0.25rem; text-decoration: none; color: inherit; }
li a:hover, li a:focus-visible { background: var(--panel); }
time, dt { color: var(--muted); font-size: 0.9rem; }
dl { display: grid; grid-template-columns: minmax(6rem, max-content) 1fr; gap: 0.25rem 1rem; }
dd { margin: 0; }
iframe { width: 100%; height: 36rem; border: 1px solid var(--line); background: #fff; color-scheme: light; }
pre { white-space: pre-wrap; font: 0.95rem/1.5 ui-monospace, monospace; }
@media (max-width: 30rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: 0.5rem; } }
`;

function page(status: number, title: string, body: string): Response {
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy':
      "default-src 'none'; style-src 'unsafe-inline'; img-src * data:; base-uri 'none'",
  };
  return new Response(renderPage(title, `<main>${body}</main>`, STYLE), { status, headers });
}
