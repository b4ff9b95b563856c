import { SESv2Client } from '@aws-sdk/client-sesv2';
import { afterEach, describe, expect, it } from 'vitest';
import {
  createSendMail,
  createSesClient,
  decodeTag,
  encodeTag,
  MailDeferred,
  MailRefused,
} from '#functions/adapters/ses.ts';
import { listen } from '#scripts/stack/listen.ts';

const mail = {
  to: ['john@example.test'],
  replyTo: ['manager@example.test'],
  subject: 'JADA · Sun May 30',
  html: '<p>Hi</p>',
  text: 'Hi',
  notificationId: 'abcdefghijklmnopqrst#john#assigned#1',
};
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function sesAnswering(status: number, type: string | undefined, body: object = { message: 'no' }) {
  const requests: { path: string; body: unknown }[] = [];
  const server = await listen(async (request) => {
    requests.push({ path: new URL(request.url).pathname, body: await request.json() });
    const headers = {
      'content-type': 'application/json',
      ...(type !== undefined && { 'x-amzn-errortype': type }),
    };
    return new Response(JSON.stringify(body), { status, headers });
  });
  closers.push(server.close);
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new SESv2Client({ endpoint: server.url, region: 'us-east-1', credentials, maxAttempts: 1 });
  closers.push(async () => client.destroy());
  const send = createSendMail(client, { from: 'JADA <crew@example.test>', configurationSet: 'crew-mail' });
  return { requests, send };
}

describe('sending by SES', () => {
  it('names sender, configuration set and notification', async () => {
    const { requests, send } = await sesAnswering(200, undefined, { MessageId: 'm-1' });
    expect(await send(mail)).toEqual({ messageId: 'm-1' });
    expect(requests).toEqual([
      {
        path: '/v2/email/outbound-emails',
        body: expect.objectContaining({
          FromEmailAddress: 'JADA <crew@example.test>',
          Destination: { ToAddresses: ['john@example.test'] },
          ReplyToAddresses: ['manager@example.test'],
          ConfigurationSetName: 'crew-mail',
          EmailTags: [{ Name: 'notification', Value: encodeTag(mail.notificationId) }],
        }),
      },
    ]);
  });

  it('makes a tag that SES allows and that leads back', () => {
    expect(encodeTag(mail.notificationId)).toMatch(/^[A-Za-z0-9_-]{1,256}$/);
    expect(decodeTag(encodeTag(mail.notificationId))).toBe(mail.notificationId);
  });

  it.each([
    ['MessageRejected', 400, MailRefused],
    ['BadRequestException', 400, MailRefused],
    ['TooManyRequestsException', 429, MailDeferred],
    ['LimitExceededException', 400, MailDeferred],
    ['SendingPausedException', 400, MailDeferred],
    ['MailFromDomainNotVerifiedException', 400, MailDeferred],
  ])('tells %s apart, and asks once', async (type, status, kind) => {
    const { requests, send } = await sesAnswering(status, type);
    await expect(send(mail)).rejects.toBeInstanceOf(kind);
    expect(requests).toHaveLength(1);
  });

  it('leaves an answer that says nothing in doubt, and does not ask again by itself', async () => {
    const { requests, send } = await sesAnswering(503, 'InternalFailure');
    const error = await send(mail).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(MailRefused);
    expect(error).not.toBeInstanceOf(MailDeferred);
    expect(requests).toHaveLength(1);
    expect(await createSesClient().config.maxAttempts()).toBe(1);
  });
});
