import {
  GetAccountCommand,
  SendEmailCommand,
  SESv2Client,
  type SendEmailCommandInput,
} from '@aws-sdk/client-sesv2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSes, type Ses, type SentMail, type SesOptions } from '#scripts/stack/aws/ses.ts';
import { serve, type ServedService } from './serve.ts';

const TOPIC = 'arn:aws:sns:us-east-1:000000000000:scc-mail-events';
const SET_ARN = 'arn:aws:ses:us-east-1:000000000000:configuration-set/crew';

let published: [topic: string, event: Record<string, unknown>, source: string][];
let lines: string[];
let messages: Map<string, SentMail>;
let ses: Ses;
let served: ServedService;
let client: SESv2Client;

const start = async (changes: Partial<SesOptions> = {}, denied: string[] = []): Promise<void> => {
  published = [];
  lines = [];
  messages = new Map();
  ses = createSes({
    region: 'us-east-1',
    account: '000000000000',
    identities: ['sailjada.com', 'captain@example.org'],
    configurationSets: ['crew', 'campaigns'],
    eventDestinations: [
      {
        configurationSet: 'crew',
        topicArn: TOPIC,
        eventTypes: ['SEND', 'DELIVERY', 'BOUNCE', 'COMPLAINT', 'REJECT'],
      },
    ],
    publish: (topic, message, source) =>
      published.push([topic, JSON.parse(message) as Record<string, unknown>, source]),
    messages,
    log: (line) => lines.push(line),
    ...changes,
  });
  served = await serve('ses', ses.service, denied);
  client = new SESv2Client(served.client);
};
const stop = async (): Promise<void> => {
  client.destroy();
  await served.close();
};
beforeEach(() => start());
afterEach(stop);

const simple = (changes: Partial<SendEmailCommandInput> = {}): SendEmailCommandInput => ({
  FromEmailAddress: 'JADA crew <crew@sailjada.com>',
  Destination: { ToAddresses: ['mate@example.test'] },
  ReplyToAddresses: ['captain@example.org'],
  Content: {
    Simple: {
      Subject: { Data: 'You sail on Friday – café' },
      Body: {
        Text: { Data: 'Ahoy https://sailjada.com/crew/x?a=1&b=2 <there>' },
        Html: { Data: '<p>Ahoy</p>' },
      },
      Headers: [{ Name: 'List-Unsubscribe', Value: '<https://sailjada.com/u>' }],
    },
  },
  EmailTags: [{ Name: 'notification', Value: 'a1_b-2' }],
  ConfigurationSetName: 'crew',
  ...changes,
});
const send = (changes: Partial<SendEmailCommandInput> = {}) =>
  client.send(new SendEmailCommand(simple(changes)));
const withSimple = (changes: object): Partial<SendEmailCommandInput> => ({
  Content: { Simple: { ...simple().Content!.Simple!, ...changes } },
});
const raw = (source: string): Partial<SendEmailCommandInput> => ({
  FromEmailAddress: undefined,
  Destination: undefined,
  Content: { Raw: { Data: Buffer.from(source) } },
});
const open = async (path: string): Promise<string> =>
  (await ses.mailbox(new Request(`http://mail.local${path}`))).text();

describe('a mail', () => {
  it('is kept with everything that was said about it', async () => {
    const { MessageId } = await send({
      Destination: { ToAddresses: ['a@example.test'], CcAddresses: ['b@example.test'] },
    });
    expect(JSON.parse(await open('/messages'))).toEqual([
      {
        id: MessageId,
        from: 'JADA crew <crew@sailjada.com>',
        to: ['a@example.test'],
        cc: ['b@example.test'],
        bcc: [],
        replyTo: ['captain@example.org'],
        subject: 'You sail on Friday – café',
        text: 'Ahoy https://sailjada.com/crew/x?a=1&b=2 <there>',
        html: '<p>Ahoy</p>',
        headers: { 'List-Unsubscribe': '<https://sailjada.com/u>' },
        tags: { notification: 'a1_b-2' },
        configurationSet: 'crew',
        at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string,
      },
    ]);
  });

  it('is listed newest last', async () => {
    const ids = [await send(), await send(), await send()].map(({ MessageId }) => MessageId);
    expect((JSON.parse(await open('/messages')) as SentMail[]).map(({ id }) => id)).toEqual(ids);
  });

  it('asks for the right to the identity and to the configuration set', async () => {
    await send();
    await send({ FromEmailAddress: 'captain@example.org', ConfigurationSetName: undefined });
    expect(served.asked).toEqual([
      'ses:SendEmail arn:aws:ses:us-east-1:000000000000:identity/sailjada.com',
      `ses:SendEmail ${SET_ARN}`,
      'ses:SendEmail arn:aws:ses:us-east-1:000000000000:identity/captain@example.org',
    ]);
  });

  it('may be raw, with its own headers', async () => {
    await send(
      raw(
        'From: crew@sailjada.com\r\nTo: a@example.test,\r\n b@example.test\r\nSubject: Charter\r\n\r\nAhoy\r\n',
      ),
    );
    expect([...messages.values()][0]).toMatchObject({
      from: 'crew@sailjada.com',
      to: ['a@example.test', 'b@example.test'],
      subject: 'Charter',
      text: 'Ahoy\r\n',
    });
    expect(served.asked[0]).toMatch(/^ses:SendRawEmail /);
  });
});

describe('events', () => {
  const typesOf = () => published.map(([, { eventType }]) => eventType);

  it('say that a mail was sent and delivered, with its tags', async () => {
    const { MessageId } = await send({ Destination: { ToAddresses: ['Mate <Mate@example.test>'] } });
    expect(typesOf()).toEqual(['Send', 'Delivery']);
    const [topic, event, source] = published[0]!;
    expect([topic, source]).toEqual([TOPIC, SET_ARN]);
    expect(event).toMatchObject({
      eventType: 'Send',
      send: {},
      mail: {
        messageId: MessageId,
        source: 'JADA crew <crew@sailjada.com>',
        destination: ['mate@example.test'],
        tags: {
          notification: ['a1_b-2'],
          'ses:configuration-set': ['crew'],
          'ses:from-domain': ['sailjada.com'],
        },
      },
    });
    expect(published[1]![1]).toMatchObject({ delivery: { recipients: ['mate@example.test'] } });
  });

  it.each([
    ['bounce@simulator.amazonses.com', ['Send', 'Bounce']],
    ['bounce+crew@simulator.amazonses.com', ['Send', 'Bounce']],
    ['complaint@simulator.amazonses.com', ['Send', 'Delivery', 'Complaint']],
    ['success@simulator.amazonses.com', ['Send', 'Delivery']],
  ])('of a mail to %s are %j', async (address, types) => {
    await send({ Destination: { ToAddresses: [address] } });
    expect(typesOf()).toEqual(types);
    const [, event] = published.at(-1)!;
    const told = event.bounce ?? event.complaint ?? event.delivery;
    expect(JSON.stringify(told)).toContain(address);
  });

  it('go only where an event destination wants them', async () => {
    await send({ ConfigurationSetName: 'campaigns' });
    await send({ ConfigurationSetName: undefined });
    expect(published).toEqual([]);
    await stop();
    await start({
      eventDestinations: [{ configurationSet: 'crew', topicArn: TOPIC, eventTypes: ['DELIVERY'] }],
    });
    await send();
    expect(typesOf()).toEqual(['Delivery']);
  });
});

describe('an event that cannot be published', () => {
  it('is logged, and the mail is sent all the same', async () => {
    await stop();
    await start({
      publish: () => {
        throw new Error('not allowed by the policy');
      },
    });
    await send();
    expect(messages.size).toBe(1);
    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain('not allowed by the policy');
  });
});

describe('SES refuses', () => {
  afterEach(() => {
    expect(messages.size).toBe(0);
    expect(published).toEqual([]);
  });

  it.each<[string, Partial<SendEmailCommandInput>]>([
    ['of a stranger', { FromEmailAddress: 'crew@elsewhere.com' }],
    ['of an address beside a verified one', { FromEmailAddress: 'other@example.org' }],
    ['of a domain that only ends alike', { FromEmailAddress: 'crew@notsailjada.com' }],
    ['with a raw stranger', raw('From: crew@elsewhere.com\r\nTo: a@example.test\r\n\r\nx')],
  ])('a sender %s', async (_, changes) => {
    await expect(send(changes)).rejects.toMatchObject({
      name: 'MessageRejected',
      message: expect.stringContaining('Email address is not verified.') as string,
    });
  });

  it('an unknown configuration set', async () => {
    await expect(send({ ConfigurationSetName: 'nope' })).rejects.toMatchObject({
      name: 'NotFoundException',
      $metadata: { httpStatusCode: 404 },
    });
  });

  it.each<[string, Partial<SendEmailCommandInput>]>([
    ['no sender', { FromEmailAddress: undefined }],
    ['no recipient', { Destination: {} }],
    [
      '51 recipients',
      { Destination: { BccAddresses: Array.from({ length: 51 }, (_, n) => `${n}@example.test`) } },
    ],
    ['a recipient without domain', { Destination: { ToAddresses: ['mate'] } }],
    [
      'a recipient with a header in it',
      { Destination: { ToAddresses: ['a@example.test\r\nBcc: b@example.test'] } },
    ],
    ['a name that is not ASCII', { FromEmailAddress: 'Käpt’n <crew@sailjada.com>' }],
    ['a subject with a header in it', withSimple({ Subject: { Data: 'Hi\r\nBcc: b@example.test' } })],
    [
      'a header with another in it',
      withSimple({ Headers: [{ Name: 'X-A', Value: 'a\r\nBcc: b@example.test' }] }),
    ],
    ['a header name with a colon', withSimple({ Headers: [{ Name: 'X-A: b', Value: 'a' }] })],
    ['a header that SES writes', withSimple({ Headers: [{ Name: 'Bcc', Value: 'b@example.test' }] })],
    [
      '16 headers',
      withSimple({ Headers: Array.from({ length: 16 }, (_, n) => ({ Name: `X-${n}`, Value: 'a' })) }),
    ],
    ['an empty body', withSimple({ Body: {} })],
    ['no content', { Content: {} }],
    ['a tag name with a colon', { EmailTags: [{ Name: 'a:b', Value: 'x' }] }],
    ['a tag value with an @', { EmailTags: [{ Name: 'a', Value: 'x@y' }] }],
    ['a tag value of 257 characters', { EmailTags: [{ Name: 'a', Value: 'x'.repeat(257) }] }],
    [
      'a tag twice',
      {
        EmailTags: [
          { Name: 'a', Value: 'x' },
          { Name: 'a', Value: 'y' },
        ],
      },
    ],
  ])('%s', async (_, changes) => {
    await expect(send(changes)).rejects.toMatchObject({ name: 'BadRequestException' });
  });

  it('unverified recipients in the sandbox', async () => {
    await stop();
    await start({ sandbox: true });
    await expect(send()).rejects.toMatchObject({
      message: expect.stringContaining('mate@example.test') as string,
    });
  });

  it('a caller without the right', async () => {
    await stop();
    await start({}, ['ses:SendEmail']);
    await expect(send()).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  it('templates and other operations, as not implemented', async () => {
    await expect(send({ Content: { Template: { TemplateName: 'x' } } })).rejects.toMatchObject({
      $metadata: { httpStatusCode: 501 },
    });
    await expect(client.send(new GetAccountCommand({}))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 501 },
    });
  });
});

describe('the mailbox page', () => {
  it('lists mails with a link to each', async () => {
    expect(await open('/')).toContain('No mail yet');
    const { MessageId } = await send();
    const page = await open('/');
    expect(page).toContain(`href="/messages/${MessageId}"`);
    expect(page).toContain('You sail on Friday – café');
    expect(page).toContain('mate@example.test');
  });

  it('shows headers, text with links, and HTML only inside a sandboxed frame', async () => {
    const { MessageId } = await send();
    const page = await open(`/messages/${MessageId}`);
    expect(page).toContain('<dt>List-Unsubscribe</dt><dd>&lt;https://sailjada.com/u&gt;</dd>');
    expect(page).toContain('notification=a1_b-2');
    expect(page).toContain('<a href="https://sailjada.com/crew/x?a=1&amp;b=2" target="_blank"');
    expect(page).toContain('&lt;there&gt;');
    expect(page).toMatch(
      /<iframe [^>]*sandbox="allow-popups allow-popups-to-escape-sandbox" srcdoc="[^"]*&lt;p&gt;Ahoy&lt;\/p&gt;"/,
    );
    expect(page).not.toContain('<p>Ahoy</p>');
  });

  it('escapes whatever a mail says', async () => {
    const evil = `"><script>alert(1)</script>`;
    const { MessageId } = await send({
      ...withSimple({
        Subject: { Data: evil },
        Body: { Text: { Data: `https://x.test/"onmouseover="alert(1) ${evil}` }, Html: { Data: evil } },
        Headers: [{ Name: 'X-<b>', Value: evil }],
      }),
    });
    for (const page of [await open('/'), await open(`/messages/${MessageId}`)]) {
      expect(page).not.toContain('<script');
      expect(page).not.toContain('<b>');
      expect(page).not.toContain('"onmouseover');
    }
  });

  it('changes nothing and knows nothing else', async () => {
    const answer = await ses.mailbox(new Request('http://mail.local/messages', { method: 'DELETE' }));
    expect(answer.status).toBe(405);
    expect((await ses.mailbox(new Request('http://mail.local/messages/none'))).status).toBe(404);
    expect(
      (await ses.mailbox(new Request('http://mail.local/'))).headers.get('content-security-policy'),
    ).toContain("default-src 'none'");
  });
});
