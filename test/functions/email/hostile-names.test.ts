import { SESv2Client } from '@aws-sdk/client-sesv2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSendMail, type Mail } from '#functions/adapters/ses.ts';
import { firstNameOf } from '#bookings/model/booking.ts';
import { createSes, type Ses, type SentMail } from '#scripts/stack/aws/ses.ts';
import { HOSTILE_NAMES, REFUSED_NAMES } from '#test/fixtures/hostile-names.ts';
import { serve, type ServedService } from '#test/scripts/stack/aws/serve.ts';
import { crew, decline, event, summaryMail } from './sample-letters.ts';

const guest = (name: string) => ({ name, count: 6, language: 'en' });
const renamed = (name: string) => [{ path: 'guest.name', from: 'Alex Morgan', to: name }];
const summaryOf = (name: string) => summaryMail({ guest: guest(name) }, renamed(name));
const assignedFor = (firstName: string) =>
  crew('assigned', { event: { ...event, guest: { firstName, count: 6 } } });

const ENTITIES: Record<string, string> = { lt: '<', gt: '>', amp: '&', '#34': '"', '#39': "'" };
/** What a reader of an HTML mail sees, and the markup without it or the values of attributes. */
const shown = (html: string) =>
  html.replace(/<[^>]*>/g, '').replace(/&([#\w]+);/g, (whole, name: string) => ENTITIES[name] ?? whole);
const markup = (html: string) => html.replace(/"[^"]*"/g, '""').match(/<[^>]*>/g);
const occurrences = (text: string, part: string) => text.split(part).length - 1;

describe('a mail about a guest', () => {
  it.each(HOSTILE_NAMES)('shows the name as text, unchanged, to captain and manager: $what', ({ name }) => {
    const { html, text, subject } = summaryOf(name);
    // Beside the subject, in the first sentence, in what changed, and among the facts.
    expect(occurrences(shown(html), name)).toBe(4);
    expect(occurrences(text, name)).toBe(3);
    expect(markup(html)).toEqual(markup(summaryOf('Alex').html));
    expect(text.split('\n')).toHaveLength(summaryOf('Alex').text.split('\n').length);
    expect(subject).toBe(summaryOf('Alex').subject);
  });

  it.each(HOSTILE_NAMES)('shows the first name as text, unchanged, to the crew: $what', ({ name }) => {
    const firstName = firstNameOf(name);
    const { html, text, subject } = assignedFor(firstName);
    expect(shown(html)).toContain(firstName);
    expect(text).toMatch(/^Guests: /m);
    expect(text).toContain(firstName);
    expect(markup(html)).toEqual(markup(assignedFor('Alex').html));
    expect(subject).toBe(assignedFor('Alex').subject);
  });

  it('keeps what runs right to left from the numbers beside it', () => {
    const { text, html } = summaryOf('משה');
    for (const part of [text, shown(html)]) expect(part).toContain('\u2068משה\u2069, 6 guests');
    expect(summaryOf('Alex').text).toContain('Guest: Alex, 6 guests');
  });
});

describe('a name in a subject', () => {
  it.each([...HOSTILE_NAMES, ...REFUSED_NAMES])('begins no header and fits one: $what', ({ name }) => {
    const { subject, html } = decline({ name });
    expect(subject).toMatch(/^[^\p{Cc}\p{Zl}\p{Zp}]+$/u);
    // As encoded words of 75 characters, 45 bytes in each.
    const words = Math.ceil(Buffer.byteLength(subject) / 45);
    expect('Subject: '.length + words * 76).toBeLessThanOrEqual(998);
    expect(markup(html)).toEqual(markup(decline({ name: 'John' }).html));
  });

  it('is cut between characters where it is too long', () => {
    const { subject } = decline({ name: '👨‍👩‍👧‍👦'.repeat(40) });
    expect(subject).toMatch(/ — (👨‍👩‍👧‍👦)+…$/u);
  });
});

describe('sent by SES', () => {
  let messages: Map<string, SentMail>;
  let ses: Ses;
  let served: ServedService;
  let client: SESv2Client;
  beforeAll(async () => {
    messages = new Map();
    ses = createSes({
      ...{
        region: 'us-east-1',
        account: '000000000000',
        identities: ['example.test'],
        configurationSets: ['crew'],
      },
      ...{ eventDestinations: [], publish: () => undefined, messages, log: () => undefined },
    });
    served = await serve('ses', ses.service, []);
    client = new SESv2Client(served.client);
  });
  afterAll(async () => {
    client.destroy();
    await served.close();
  });

  it.each(HOSTILE_NAMES)(
    'says what was written, and adds no recipient and no header: $what',
    async ({ name }) => {
      messages.clear();
      const send = createSendMail(client, { from: 'crew@example.test', configurationSet: 'crew' });
      const mail: Mail = {
        ...{ ...decline({ name }), html: summaryOf(name).html, text: summaryOf(name).text },
        ...{ to: ['captain@example.test'], replyTo: [], notificationId: 'n1' },
      };
      await send(mail);
      const [sent] = [...messages.values()];
      expect(sent).toMatchObject({
        ...{ subject: mail.subject, html: mail.html, text: mail.text },
        ...{ to: ['captain@example.test'], cc: [], bcc: [], headers: { 'Auto-Submitted': 'auto-generated' } },
      });
      // The local mailbox shows it, too.
      const page = await (await ses.mailbox(new Request(`http://mail.local/messages/${sent!.id}`))).text();
      expect(page).not.toMatch(/<img|<script|<svg/i);
    },
  );
});
