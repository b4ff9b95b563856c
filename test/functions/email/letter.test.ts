import { HtmlValidate } from 'html-validate';
import { describe, expect, it } from 'vitest';
import { htmlTemplate } from '#functions/email/engine.ts';
import { timeLeft } from '#functions/email/wording.ts';
import { crew, decline, event, guestLink, newLink, SAMPLES, summaryMail, ABROAD } from './sample-letters.ts';

// Mail clients read inline styles only, dark mode needs a style element, and some take an <article> away but keep its role.
const validator = new HtmlValidate({
  extends: ['html-validate:standard', 'html-validate:recommended', 'html-validate:a11y'],
  rules: { 'no-inline-style': 'off', 'long-title': 'off', 'prefer-native-element': 'off' },
});

const URLS = /https?:\/\/\S+/g;
const wordsOf = (text: string): string[] => (text.match(/[\p{L}\p{N}$.’]+/gu) ?? []).toSorted();

/** What an HTML mail shows: neither its head nor what stands beside the subject alone. */
function readable(html: string): string {
  const body = /<h1[\s\S]*<\/div>/.exec(html)![0];
  const entities: Record<string, string> = { lt: '<', gt: '>', amp: '&', '#34': '"', '#39': "'" };
  return body
    .replaceAll(/<span style="white-space:nowrap;">(.*?)<\/span>/g, '$1')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/&([#\w]+);/g, (_, name: string) => entities[name]!);
}

/** Amounts that a sample's reader may see: what they earn, or would, and before a change. */
const OWN_PAY: Partial<Record<string, readonly string[]>> = {
  ...Object.fromEntries(
    ['assigned', 'assigned and confirmed', 'assigned without notes, alone', 'changed in all']
      .concat('reminded to answer', 'reminded to confirm again', 'abroad', 'over a change of clocks')
      .map((name) => [name, ['$125.00']]),
  ),
  ...Object.fromEntries(
    ['invited', 'invited again', 'reminded of an invitation', 'changed and invited'].map((name) => [
      name,
      ['$200.00'],
    ]),
  ),
  changed: ['$125.00', '$100.00'],
  'changed and declined': ['$125.00', '$100.00'],
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

  it.each(Object.entries(SAMPLES))('says the same in HTML and in text when %s', (_, { html, text }) => {
    const shown = readable(html);
    expect(wordsOf(shown)).toEqual(wordsOf(text.replaceAll(URLS, ' ')));
    const hrefs = [...html.matchAll(/href="([^"]+)"/g)].map(([, url]) => url!.replaceAll('&amp;', '&'));
    expect(hrefs.toSorted()).toEqual((text.match(URLS) ?? []).toSorted());
  });

  it.each(Object.entries(SAMPLES))(
    'has a subject of one line that a phone shows whole when %s',
    (_, mail) => {
      expect(mail.subject).toMatch(/^JADA · \w{3} \w{3} \d+, \d+:\d\d [AP]M — \S/);
      expect(mail.subject).not.toMatch(/[\r\n]/);
      expect(mail.subject.length).toBeLessThanOrEqual(78);
    },
  );

  it.each(Object.entries(SAMPLES))('names no amount but the reader’s own when %s', (name, { html, text }) => {
    for (const part of [html, text]) {
      const amounts = new Set(part.match(/[$€£]\s?[\d.,]*\d|\d[\d.,]*\s?(?:USD|dollars)/g));
      expect([...amounts].filter((amount) => !(OWN_PAY[name] ?? []).includes(amount))).toEqual([]);
    }
    for (const amount of OWN_PAY[name] ?? []) expect(text).toContain(amount);
  });

  it('escapes what people wrote, in HTML alone', () => {
    const { html, text } = crew('assigned', {
      event: { ...event, notes: 'Bring <ice> & "towels"\nand hats' },
    });
    expect(html).toContain('Bring &lt;ice&gt; &amp; &#34;towels&#34;<br>\nand hats');
    expect(text).toContain('Bring <ice> & "towels"\nand hats');
  });

  it('keeps links whole in HTML', () => {
    expect(crew('assigned').html).toContain('href="https://maps.example.test/?q=jada&amp;z=1"');
    expect(summaryMail().html).toContain(`href="${guestLink}"`);
  });

  it('lets no name begin another header', () => {
    const { subject } = crew('assigned', {
      event: { ...event, vessel: { key: 'jada', name: 'JADA\r\nBcc: all@example.test' } },
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

You are on board JADA as deckhand. Please confirm that you come, or say that you cannot.

Vessel: JADA
When: Sunday, May 30, 2027, 9:00 AM – 12:00 PM PDT
Where: Harbor Island West Marina, dock C https://maps.example.test/?q=jada&z=1
Guests: Alex and 5 more
You: deckhand, 5 hours
Your pay: $125.00

Open and confirm:
https://crew.example.test/crew/enter?t=abc.def
This link is yours alone: please do not forward it.

Notes
Bring <ice> & towels

On board
- still open — skipper

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
- Your pay: $100.00 → $125.00
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
      crew('assigned', { event: { ...event, start, end, hours } }).text;
    expect(at('2027-11-07T00:30', '2027-11-07T01:30', 2)).toContain(
      'When: Sunday, November 7, 2027, 12:30 AM PDT – 1:30 AM PST\n',
    );
    expect(at('2027-11-07T00:30', '2027-11-07T01:30', 1)).toContain(
      'When: Sunday, November 7, 2027, 12:30 AM – 1:30 AM PDT\n',
    );
  });

  it.each([
    ['in New Zealand', SAMPLES.abroad, 'When: Friday, January 15, 2027, 6:00 PM – 9:00 PM GMT+13\n'],
    [
      'over the night in which clocks go back',
      SAMPLES['over a change of clocks'],
      'When: Saturday, November 6, 2027, 11:00 PM PDT – Sunday, November 7, 2027, 1:00 AM PST\n',
    ],
    [
      'of a new link there',
      newLink(ABROAD),
      'It works until Friday, January 22, 2027, 9:00 PM GMT+13, a week',
    ],
    [
      'of a new link over a change of clocks',
      newLink({ start: '2027-11-01T09:00', endsAt: '2027-11-01T19:00:00Z' }),
      'It works until Monday, November 8, 2027, 11:00 AM PST, a week',
    ],
  ])('is by the vessel’s clock %s', (_, { text, html }, when) => {
    expect(text).toContain(when);
    expect(html).toContain(when.split(': ').at(-1)!.trim());
  });

  it.each([
    ['assigned', 'Please confirm that you come', 'Open and confirm:'],
    ['assigned and confirmed', 'You are on board JADA as deckhand.\n', 'Open the charter:'],
    ['changed', 'please confirm again.', 'Open and confirm again:'],
    ['changed and declined', 'You said that you cannot come.', 'Open the charter:'],
    ['changed and invited', 'The first to say yes has the place.', 'Open and say yes:'],
    ['invited again', 'A place became free again: JADA needs a skipper.', 'Open and say yes:'],
    ['reminded to answer', 'it starts in 2 days, and we have no answer', 'Open and confirm:'],
    ['reminded to confirm again', 'Please confirm again, or say', 'Open and confirm again:'],
    ['reminded of an invitation', 'JADA still needs a skipper', 'Open and say yes:'],
  ] as const)('says what is asked when %s', (name, sentence, action) => {
    expect(SAMPLES[name].text).toContain(sentence);
    expect(SAMPLES[name].text).toContain(`\n${action}\nhttps://crew.example.test/crew/enter?t=`);
  });

  it('names as many changes in its subject as a phone shows', () => {
    expect(SAMPLES['changed in all'].subject).toBe(
      'JADA · Sun May 30, 9:00 AM — changed: start, end, time zone, hours and more',
    );
    expect(SAMPLES['changed in all'].text).toContain('hours, vessel, berth, guests, your role.');
  });

  it('has no pay in a mail about a place that is gone', () => {
    const gone = [SAMPLES.cancelled, SAMPLES.unassigned, SAMPLES.filled, SAMPLES['unassigned and invited']];
    for (const { text, html } of gone) expect(text + html).not.toContain('$');
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
    for (const part of ['Soft shoes', 'Ice', 'Old friend', guestLink]) expect(text).toContain(part);
    expect(text).toContain('Send this to the guest');
  });

  it('says how the crew changed in words', () => {
    expect(SAMPLES['changed summary'].text).toContain(
      '- Crew: nobody → John Reyes (deckhand, 5 h), open (skipper, 5 h)',
    );
  });
});

describe('a mail to the captain', () => {
  it('lists the crew with what each of them said', () => {
    expect(summaryMail().text).toContain(`Crew
- Rosa — captain, 5 hours — signed up, confirmed
- John Reyes — deckhand, 5 hours — declined: “I am <ill>, sorry”
- open — skipper, 5 hours — nobody has accepted yet
`);
  });

  it('about a decline quotes the reason as it was written, and offers who is free', () => {
    const { subject, text, html } = decline();
    expect(subject).toBe('JADA · Sun May 30, 9:00 AM — John Reyes declined (deckhand)');
    expect(text).toContain('John Reyes’s reason\n“I am <ill>,\nsorry”\n');
    expect(text).toContain('- Ana — deckhand\n  npm run booking -- amend XHQGMDH --assign john=ana\n');
    expect(html).toContain('“I am &lt;ill&gt;,<br>\nsorry”');
    expect(readable(html)).toContain('npm run booking -- amend XHQGMDH --assign john=ana');
  });

  it.each([
    [
      'theirs, with nobody free',
      SAMPLES['declined without a reason'],
      'No other deckhand is free at that time.',
    ],
    ['taken', SAMPLES['declined, and taken'], 'Mia has the place instead: nothing is left to do.'],
    ['open', SAMPLES['declined, and open'], 'The place is open, and Mia and Ana are asked: the first to say'],
    [
      'nobody’s',
      SAMPLES['declined, and nobody left'],
      'The place is open, and nobody is left to ask. No other',
    ],
  ])('about a decline says what became of the place: %s', (_, { text }, expected) => {
    expect(text).toContain(expected);
  });

  it('names the one who has not answered, or how many', () => {
    expect(SAMPLES['one unanswered'].subject).toMatch(/— no answer yet from John Reyes$/);
    expect(SAMPLES['some unanswered'].subject).toMatch(/— no answer yet from 2 people$/);
    expect(SAMPLES['some unanswered'].text).toContain('- Mia — deckhand — has not answered\n');
  });

  it('holds no link that logs anybody in', () => {
    const mails = Object.entries(SAMPLES).filter(([name]) =>
      /declined,|unanswered|all conf|summary/.test(name),
    );
    expect(mails.length).toBeGreaterThan(7);
    for (const [, { text, html }] of mails) expect(text + html).not.toContain('/crew/enter');
  });
});

describe('the time left', () => {
  it.each([
    ['2027-05-27T16:10:00Z', 'in 3 days'],
    ['2027-05-28T16:10:00Z', 'in 2 days'],
    ['2027-05-29T03:30:00Z', 'in 2 days'],
    ['2027-05-29T04:30:00Z', 'in 36 hours'],
    ['2027-05-29T16:20:00Z', 'in 24 hours'],
    ['2027-05-30T14:30:00Z', 'in 2 hours'],
    ['2027-05-30T15:20:00Z', 'in 40 minutes'],
    ['2027-05-30T15:59:50Z', 'in 1 minute'],
  ])('at %s is %s', (now, words) => {
    expect(timeLeft('2027-05-30T16:00:00Z', new Date(now))).toBe(words);
  });
});
