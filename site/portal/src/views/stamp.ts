import type { Stamp } from '#functions/scc/entries/fold.ts';
import { html, type Markup, type Part } from './html.ts';
import type { Section, Unsent } from './section.ts';

type Made = Stamp & { readonly isLate?: boolean };

/** Who and when, whether it was late, and of one's own entries whether they are sent. */
export function renderStamp(section: Section, stamp: Made, verb = ''): Markup {
  const { me, names, zone, unsent } = section;
  const { member, at, entry, isLate } = stamp;
  const who = member === me ? 'You' : (names[member] ?? member);
  const state = unsent.get(entry);
  return html`<p class="by">
    ${verb && `${verb} `}${who},
    ${renderTime(at, zone)}${isLate && tag('late', 'late')}${(member === me || state) && renderStatus(state)}
  </p>`;
}

const renderTime = (at: string, zone: string): Markup =>
  html`<time datetime="${at}">${formatMoment(at, zone)}</time>`;

/** `May 30, 8:41 AM` by the clock of the vessel. */
export const formatMoment = (at: string, timeZone: string): string =>
  new Intl.DateTimeFormat('en-US', {
    timeZone,
    month: 'short',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
  })
    .format(new Date(at))
    .replaceAll('\u202f', ' ');

function renderStatus(state: Unsent | undefined): Part {
  if (state === undefined) return tag('sent', 'sent');
  return state.status === 'pending'
    ? tag('pending', 'waiting for signal')
    : tag('failed', `not saved${state.reason === undefined ? '' : `: ${state.reason}`}`);
}

const tag = (kind: string, text: string): Markup => html` <span class="tag tag-${kind}">${text}</span>`;
