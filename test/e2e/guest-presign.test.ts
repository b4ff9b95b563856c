import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BookingFileInput } from '#bookings/model/booking-file.ts';
import { eventIdOf, uploadKeyOf } from '#bookings/model/ids.ts';
import type { UploadForm } from '#functions/adapters/photos-s3.ts';
import { shiftClock } from '#scripts/stack/clock.ts';
import { openLocalKeys } from '#scripts/stack/credentials.ts';
import { FOREIGN, PICTURES } from '#test/functions/photo-arrivals/pictures.ts';
import { confirmed, pending } from './bookings.ts';
import { goTo } from './clock.ts';
import { guestLinkOf } from './guest-reader.ts';
import { ask, look, send, wanted, withFields } from './guest-uploads.ts';
import { startWorld, type World } from './world.ts';

const other = (): BookingFileInput => ({
  ...confirmed(),
  id: 'MZT5KC',
  pageId: 'p4hxw7nt',
  start: '2027-06-12T15:00',
});
const MINUTE = 60_000;

let world: World;
/** The keys of the two links as the operator sends them. */
let key: string;
let othersKey: string;
beforeAll(async () => {
  world = await startWorld({ now: '2027-05-30T10:00:00-07:00' });
  await world.apply([confirmed(), other(), pending()]);
  key = await keyOf('boatsetter-xhqgmdh');
  othersKey = await keyOf('boatsetter-mzt5kc');
});
afterAll(() => world?.close());

const keyOf = async (booking: string): Promise<string> =>
  new URL(await guestLinkOf(world, booking)).hash.slice('#k='.length);
let pictures = 0;
const fresh = (): string => `a-picture-of-a-guest-${++pictures}`;
const allArrived = async () => expect(await world.stack.settle(60_000)).toEqual([]);
/** Keys of the guests' objects in the bucket. */
const stored = (booking = 'boatsetter-xhqgmdh') =>
  world.stack.aws.s3
    .objects('sailjada-photos')
    .map((object) => object.key)
    .filter((one) => one.startsWith(`photo/${eventIdOf(booking)}/guest/`));
async function formFor(more: object = {}): Promise<UploadForm> {
  const { status, uploads } = await ask(world, 'xhqgmdh', key, [wanted(fresh(), more)]);
  expect(status).toBe(200);
  return uploads[0]!;
}

describe('a form to upload with', () => {
  it.each<[string, () => string]>([
    ['no key', () => ''],
    ['a key that is made up', () => 'x'.repeat(43)],
    ['a key that lost its end', () => key.slice(0, -1)],
    ['the key of another charter', () => othersKey],
  ])('is refused to %s, without a word about the charter', async (_what, wrong) => {
    expect(await ask(world, 'xhqgmdh', wrong(), [wanted(fresh())])).toEqual({
      status: 401,
      uploads: [],
      photos: [],
    });
    expect(await look(world, 'xhqgmdh', wrong())).toEqual({ status: 401, uploads: [], photos: [] });
  });

  it.each([
    [
      'what is no photo',
      { type: 'image/gif' },
      422,
      'wrong-type',
      'Only photos can be sent: JPEG, PNG, WebP or HEIC.',
    ],
    ['a page', { type: 'text/html' }, 422, 'wrong-type', 'Only photos can be sent: JPEG, PNG, WebP or HEIC.'],
    ['what is too large', { size: 25 * 1024 ** 2 + 1 }, 422, 'too-large', 'A photo may have 25 MB at most.'],
    [
      'an id that leads elsewhere',
      { photo: '../../receipt/aaaaaaaa' },
      422,
      'invalid',
      'Something went wrong on this page. Load it again and try once more.',
    ],
  ])('is refused for %s, in words for a guest', async (_what, more, status, code, detail) => {
    expect(await ask(world, 'xhqgmdh', key, [wanted(fresh(), more)])).toMatchObject({ status, code, detail });
  });

  it('is refused for a charter that is not confirmed', async () => {
    const { linkKey } = openLocalKeys(join(world.directory, 'state/keys.json'));
    const refusal = {
      status: 409,
      code: 'not-on',
      detail: 'Photos can be sent and seen once the charter is confirmed.',
    };
    const own = uploadKeyOf(linkKey, 'rw8mhk4q');
    expect(await ask(world, 'rw8mhk4q', own, [wanted(fresh())])).toMatchObject(refusal);
    expect(await look(world, 'rw8mhk4q', own)).toMatchObject(refusal);
  });

  it('leaves no trace when it was refused', () => {
    expect(stored()).toEqual([]);
  });
});

describe('the bucket itself', () => {
  const policyOf = ({ fields }: UploadForm) => Buffer.from(fields['Policy']!, 'base64').toString();
  const withPolicy = (form: UploadForm, policy: string) =>
    withFields(form, { Policy: Buffer.from(policy).toString('base64') });
  const DENIED = { status: 403, code: 'AccessDenied' };
  const FORGED = { status: 403, code: 'SignatureDoesNotMatch' };

  it.each<[string, (form: UploadForm) => UploadForm, object]>([
    [
      'another type',
      (form) => withFields(form, { 'Content-Type': 'text/html' }),
      {
        ...DENIED,
        message: expect.stringMatching(/Policy Condition failed: \["eq","\$content-type","image\/jpeg"\]/i),
      },
    ],
    [
      'another place',
      (form) => withFields(form, { key: form.fields['key']!.replace('/guest/', '/john/') }),
      { ...DENIED, message: expect.stringMatching(/Policy Condition failed: \["eq","\$key"/) },
    ],
    [
      'everybody to read it',
      (form) => withFields(form, { acl: 'public-read' }),
      { ...DENIED, message: expect.stringContaining('Extra input fields: acl') },
    ],
    [
      'a policy that allows more',
      (form) => withPolicy(form, policyOf(form).replace(`${25 * 1024 ** 2}`, `${25 * 1024 ** 3}`)),
      FORGED,
    ],
    [
      'a policy that lasts longer',
      (form) => withPolicy(form, policyOf(form).replace('"2027', '"2037')),
      FORGED,
    ],
    ['another signature', (form) => withFields(form, { 'X-Amz-Signature': '0'.repeat(64) }), FORGED],
    ['no policy', ({ url, fields: { key: place } }) => ({ url, fields: { key: place! } }), DENIED],
  ])('refuses a form with %s', async (_what, change, refusal) => {
    const form = await formFor();
    const changed = change(form);
    expect(changed).not.toEqual(form);
    expect(await send(changed)).toMatchObject(refusal);
    expect(stored()).toEqual([]);
  });

  it('refuses a file that is larger than was agreed', async () => {
    const form = await formFor({ variant: 'thumbnail' });
    const most = Buffer.concat([PICTURES.jpeg], 300 * 1024);
    const refusal = {
      status: 400,
      code: 'EntityTooLarge',
      message: 'Your proposed upload exceeds the maximum',
    };
    expect(await send(form, Buffer.concat([most, Buffer.from('!')]))).toEqual(refusal);
    expect(await send(form, new Uint8Array())).toMatchObject({ status: 400, code: 'EntityTooSmall' });
    expect(stored()).toEqual([]);
    expect((await send(form, most)).status).toBe(204);
  });

  it('takes a form for 15 minutes and no longer', async () => {
    const { clockOffset } = world.endpoints;
    const [early, late] = [await formFor(), await formFor()];
    shiftClock(clockOffset + 14 * MINUTE);
    const taken = await send(early);
    shiftClock(clockOffset + 15 * MINUTE);
    const refused = await send(late);
    const again = await send(early);
    shiftClock(clockOffset);
    expect(taken.status).toBe(204);
    for (const one of [refused, again])
      expect(one).toEqual({ ...DENIED, message: 'Invalid according to Policy: Policy expired.' });
    await allArrived();
    expect(stored()).toContain(early.fields['key']);
    expect(stored()).not.toContain(late.fields['key']);
  });

  it('keeps nothing that only says that it is a picture', async () => {
    const form = await formFor();
    expect((await send(form, FOREIGN.html)).status).toBe(204);
    await allArrived();
    expect(stored()).not.toContain(form.fields['key']);
  });
});

describe('a hundred photos', () => {
  const refused = (detail: string) => ({ status: 409, code: 'too-many', detail });
  const askFor = (count: number) =>
    ask(
      world,
      'p4hxw7nt',
      othersKey,
      Array.from({ length: count }, () => wanted(fresh())),
    );
  async function sendAll(count: number): Promise<void> {
    for (let left = count; left > 0; left -= 20) {
      const { uploads } = await askFor(Math.min(20, left));
      const taken = await Promise.all(uploads.map((form) => send(form)));
      expect(new Set(taken.map(({ status }) => status))).toEqual(new Set([204]));
    }
    await allArrived();
  }

  it(
    'are as many as a charter takes, and the guest learns how many more fit',
    { timeout: 60_000 },
    async () => {
      const early = (await askFor(1)).uploads[0]!;
      await sendAll(99);
      expect(await askFor(2)).toMatchObject(
        refused('There is room for one more photo of this charter, and no more.'),
      );
      await sendAll(1);
      expect(await askFor(1)).toMatchObject(
        refused('There are 100 photos of this charter already, and no more fit.'),
      );

      // A form that was had while there was room does not make room.
      expect((await send(early)).status).toBe(204);
      await allArrived();
      expect((await look(world, 'p4hxw7nt', othersKey)).photos).toHaveLength(100);
      expect(stored('boatsetter-mzt5kc')).toHaveLength(100);
      expect(stored('boatsetter-mzt5kc')).not.toContain(early.fields['key']);
    },
  );
});

describe('a week and a minute after the charter', () => {
  it('nothing is taken or shown any more, nor is a form of that time good', async () => {
    const form = await formFor();
    goTo(world, '2027-06-06T12:01:00-07:00');
    const refusal = {
      status: 409,
      code: 'too-late',
      detail: 'Photos can be sent and seen until 7 days after the charter, and these are over.',
    };
    expect(await ask(world, 'xhqgmdh', key, [wanted(fresh())])).toMatchObject(refusal);
    expect(await look(world, 'xhqgmdh', key)).toMatchObject(refusal);
    expect(await send(form)).toEqual({
      status: 403,
      code: 'AccessDenied',
      message: 'Invalid according to Policy: Policy expired.',
    });
    // Of the other charter, which is still to come, all is as it was.
    expect((await look(world, 'p4hxw7nt', othersKey)).photos).toHaveLength(100);
  });
});
