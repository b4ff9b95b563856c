import { HtmlValidate } from 'html-validate';
import { describe, expect, it } from 'vitest';
import { crewLetter, type CrewKind, type CrewNews } from '#functions/email/crew-letter.ts';
import { htmlTemplate } from '#functions/email/engine.ts';
import { renderLetter } from '#functions/email/letter.ts';
import { summaryLetter } from '#functions/email/summary-letter.ts';
import { samplePut } from '#test/functions/scc/samples.ts';

const { event, summary } = samplePut();
const usd = (cents: number) => ({ cents, currency: 'USD' });
const news = (kind: CrewKind, more: Partial<CrewNews> = {}): CrewNews => ({
  kind,
  changes: [],
  event: event.view,
  own: { position: event.view.crew[0]!, pay: usd(12_500), payBefore: usd(10_000) },
  link: 'https://crew.example.test/crew/enter?t=abc.def',
  ...more,
});
const changes = [
  { path: 'start', from: '2027-05-30T09:00', to: '2027-05-31T10:00' },
  { path: 'berth.map', from: 'https://a.example.test', to: 'https://b.example.test' },
  { path: 'notes', from: undefined, to: 'Bring <ice>' },
  { path: 'pay', from: null, to: null },
];
const crew = (kind: CrewKind, more: Partial<CrewNews> = {}) => renderLetter(crewLetter(news(kind, more)));
const guestLink = 'https://guest.example.test/g/xhqgmdh#k=0123456789';
const cardLink = 'https://board.example.test/#boatsetter-xhqgmdh';
const summaryMail = (more: object = {}, changed: CrewNews['changes'] = []) =>
  renderLetter(summaryLetter({ summary: { ...summary, ...more }, changes: changed, guestLink, cardLink }));

// Mail clients read inline styles only, and dark mode needs a style element.
const validator = new HtmlValidate({
  extends: ['html-validate:standard'],
  rules: { 'no-inline-style': 'off', 'long-title': 'off' },
});
const SAMPLES = {
  assigned: crew('assigned'),
  invited: crew('invited', { own: { position: event.view.crew[1]!, pay: usd(20_000), payBefore: null } }),
  changed: crew('changed', { changes }),
  cancelled: crew('cancelled'),
  unassigned: crew('unassigned', { own: null, link: null }),
  filled: crew('filled', { own: null, link: null }),
  'unassigned and invited': crew('unassigned', {
    own: { position: event.view.crew[1]!, pay: usd(20_000), payBefore: usd(12_500) },
  }),
  'on hold': crew('cancelled', { event: { ...event.view, status: 'on-hold' } }),
  summary: summaryMail(),
  'changed summary': summaryMail({}, [
    { path: 'crew', from: [], to: summary.crew },
    { path: 'guest.count', from: 4, to: 6 },
  ]),
};

describe('a rendered mail', () => {
  it.each(Object.entries(SAMPLES))('is valid HTML when %s', async (_, { html }) => {
    const report = await validator.validateString(html);
    const messages = report.results.flatMap((result) =>
      result.messages.map(({ ruleId, message, line }) => `${line} ${ruleId}: ${message}`),
    );
    expect(messages).toEqual([]);
  });

  it.each(Object.entries(SAMPLES))(
    'leaves no gap and no template text when %s',
    (_, { html, text, subject }) => {
      for (const part of [html, text, subject])
        expect(part).not.toMatch(/\{[{%]|undefined|null|NaN|\[object/);
      expect(text).not.toMatch(/\n{3}/);
    },
  );

  it('escapes what people wrote, in HTML alone', () => {
    const { html, text } = crew('assigned', {
      event: { ...event.view, notes: 'Bring <ice> & "towels"\nand hats' },
    });
    expect(html).toContain('Bring &lt;ice&gt; &amp; &#34;towels&#34;<br />\nand hats');
    expect(text).toContain('Bring <ice> & "towels"\nand hats');
  });

  it('keeps links whole in HTML', () => {
    expect(crew('assigned').html).toContain('href="https://maps.example.test/?q=jada&amp;z=1"');
    expect(summaryMail().html).toContain(`href="${guestLink}"`);
  });

  it('lets no name begin another header', () => {
    const { subject } = crew('assigned', {
      event: { ...event.view, vessel: { key: 'jada', name: 'JADA\r\nBcc: all@example.test' } },
    });
    expect(subject).not.toMatch(/[\r\n]/);
  });

  it('fails rather than leave out what a template names', () => {
    expect(() => htmlTemplate('{{ missing }}')({})).toThrow(/missing/);
    expect(() => htmlTemplate('{{ a.constructor }}')({ a: {} })).toThrow(/constructor/);
  });
});

describe('a crew mail', () => {
  it('says when and where in the vessel’s zone, what one is, earns and with whom', () => {
    expect(crew('assigned').text).toBe(`You are on as deckhand

You are on board JADA as deckhand.

Vessel: JADA
When: Sunday, May 30, 2027, 9:00 AM – 12:00 PM PDT
Where: Harbor Island West Marina, dock C https://maps.example.test/?q=jada&z=1
Guests: Alex and 5 more
You: deckhand, 5 hours
Your pay: 125.00 USD

Open the charter:
https://crew.example.test/crew/enter?t=abc.def
This link is yours alone: please do not forward it.

Notes
Bring <ice> & towels

On board
- still open, skipper

--${' '}
You get this because you sail with JADA. Questions: just answer this mail.
`);
  });

  it('says what changed, old and new, and leaves out what means nothing to a person', () => {
    const { subject, text } = SAMPLES.changed;
    expect(subject).toBe('JADA · Sun May 30, 9:00 AM — changed: start, notes, your pay');
    expect(text).toContain(`What changed
- Start: Sunday, May 30, 2027, 9:00 AM PDT → Monday, May 31, 2027, 10:00 AM PDT
- Notes: none → Bring <ice>
- Your pay: 100.00 USD → 125.00 USD
`);
    expect(text).not.toContain('b.example.test');
  });

  it.each([
    ['invited', SAMPLES.invited, 'JADA · Sun May 30, 9:00 AM — skipper wanted'],
    ['cancelled', SAMPLES.cancelled, 'JADA · Sun May 30, 9:00 AM — cancelled'],
    ['unassigned', SAMPLES.unassigned, 'JADA · Sun May 30, 9:00 AM — you are no longer on'],
    ['filled', SAMPLES.filled, 'JADA · Sun May 30, 9:00 AM — the position is no longer open'],
    ['on hold', SAMPLES['on hold'], 'JADA · Sun May 30, 9:00 AM — on hold'],
  ])('says in its subject that one is %s', (_, { subject }, expected) => {
    expect(subject).toBe(expected);
  });

  it('thanks who was only asked, and never says that they were on', () => {
    for (const part of [SAMPLES.filled.text, SAMPLES.filled.html]) {
      expect(part).toContain('filled or not needed any more. Thank you');
      expect(part).not.toContain('no longer on');
    }
  });

  it('offers who lost a place the one that is open', () => {
    const { text } = SAMPLES['unassigned and invited'];
    expect(text).toContain('You are no longer planned for this charter. It needs a skipper, though');
    expect(text).toContain('crew/enter?t=');
  });

  it('names the zone of the end, and that of the start where it is another', () => {
    const at = (start: string, end: string, hours: number) =>
      crew('assigned', { event: { ...event.view, start, end, hours } }).text;
    expect(at('2027-11-07T00:30', '2027-11-07T01:30', 2)).toContain(
      'When: Sunday, November 7, 2027, 12:30 AM PDT – 1:30 AM PST\n',
    );
    expect(at('2027-11-07T00:30', '2027-11-07T01:30', 1)).toContain(
      'When: Sunday, November 7, 2027, 12:30 AM – 1:30 AM PDT\n',
    );
  });

  it('has no pay in a mail about a place that is gone', () => {
    const gone = [SAMPLES.cancelled, SAMPLES.unassigned, SAMPLES.filled, SAMPLES['unassigned and invited']];
    for (const { text, html } of gone) expect(text + html).not.toContain('USD');
  });
});

describe('a summary', () => {
  it.each([
    [summaryMail(), 'new booking'],
    [summaryMail({}, [{ path: 'hours', from: 2, to: 3 }]), 'changed'],
    [
      summaryMail({ status: 'cancelled' }, [{ path: 'status', from: 'confirmed', to: 'cancelled' }]),
      'cancelled',
    ],
    [summaryMail({ status: 'pending' }, [{ path: 'status', from: 'confirmed', to: 'pending' }]), 'on hold'],
    [summaryMail({}, [{ path: 'status', from: 'cancelled', to: 'confirmed' }]), 'confirmed again'],
  ])('names its news', ({ subject }, expected) => {
    expect(subject).toBe(`JADA · Sun May 30, 9:00 AM — Boatsetter XHQGMDH: ${expected}`);
  });

  it('has all notes, the crew and the guest’s link', () => {
    const { text } = summaryMail({ notes: { guest: 'Soft shoes', crew: 'Ice', internal: 'Old friend' } });
    for (const part of [
      'Soft shoes',
      'Ice',
      'Old friend',
      'John Reyes, deckhand',
      'open, skipper',
      guestLink,
    ])
      expect(text).toContain(part);
    expect(text).toContain('Send this to the guest');
  });

  it('says how the crew changed in words', () => {
    expect(SAMPLES['changed summary'].text).toContain(
      '- Crew: nobody → John Reyes (deckhand, 5 h), open (skipper, 5 h)',
    );
  });
});
