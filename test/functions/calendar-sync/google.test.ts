import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createServiceAccount, registerServiceAccount } from '#scripts/stack/google/token.ts';
import { createWorld, toRequest, type Fault, type World } from './world.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

const refuse = (status: number, reason: string) =>
  Response.json(
    { error: { code: status, message: reason, errors: [{ domain: 'usageLimits', reason }] } },
    { status },
  );

/** Spoils the first `times` calendar requests. */
const spoil = (times: number, fault: Fault): Fault => {
  let count = 0;
  return (request, next) =>
    request.url.endsWith('/token') || count++ >= times ? next(request) : fault(request, next);
};

describe('failures in passing', () => {
  it.each([
    [429, 'rateLimitExceeded'],
    [403, 'userRateLimitExceeded'],
    [403, 'rateLimitExceeded'],
    [500, 'backendError'],
    [503, 'backendError'],
  ])('are repeated: %i %s', async (status, reason) => {
    world.setFault(spoil(3, async () => refuse(status, reason)));
    expect(await world.createSync().ensure(toRequest(1))).toMatchObject({ outcome: 'created' });
  });

  it('are repeated a bounded number of times, and then named without guest or token', async () => {
    world.setFault(spoil(Infinity, async () => refuse(503, 'backendError')));
    const error = await world
      .createSync()
      .ensure(toRequest(1))
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Error);
    expect((error as Error).message).toBe('Google Calendar answered 503 (backendError): backendError');
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toMatch(/Ada|ya29/);
    expect(world.requests.filter((line) => line.startsWith('POST /calendar'))).toHaveLength(4);
  });

  it('give one entry when only the reply was lost', async () => {
    world.setFault(
      spoil(1, async (request, next) => {
        await next(request);
        return refuse(503, 'backendError');
      }),
    );
    expect(await world.createSync().ensure(toRequest(1))).toMatchObject({ outcome: 'unchanged' });
    expect(world.living()).toHaveLength(1);
  });

  it('include a reply that never comes', async () => {
    world.setFault(
      spoil(1, async (request, next) => {
        await next(request);
        return new Promise<Response>(() => undefined);
      }),
    );
    expect(await world.createSync().ensure(toRequest(1))).toMatchObject({ ok: true });
    expect(world.living()).toHaveLength(1);
  });

  it('are not taken for a refusal to revive: a rate limit makes no second incarnation', async () => {
    await world.createSync().ensure(toRequest(1));
    await world.asPerson('DELETE', world.living()[0]!);
    world.setFault((request, next) =>
      request.method === 'PUT' ? Promise.resolve(refuse(403, 'rateLimitExceeded')) : next(request),
    );
    await expect(world.createSync().ensure(toRequest(1))).rejects.toThrow(/403 \(rateLimitExceeded\)/);
    expect(world.events.size).toBe(1);
  });
});

describe('failures that stay', () => {
  it('are not repeated', async () => {
    world.setFault(spoil(Infinity, async () => refuse(400, 'invalid')));
    await expect(world.createSync().ensure(toRequest(1))).rejects.toThrow('400 (invalid)');
    expect(world.requests.filter((line) => line.startsWith('POST /calendar'))).toHaveLength(1);
  });

  it('say that a calendar does not exist or may not be written', async () => {
    const unknown = world.createSync({ calendarIds: { jada: 'nobody@example.test' } });
    await expect(unknown.ensure(toRequest(1))).rejects.toThrow('404 (notFound)');
    await world.close();
    world = await createWorld({ calendars: [{ id: 'r', summary: 'R', timeZone: 'UTC', access: 'reader' }] });
    const reader = world.createSync({ calendarIds: { jada: 'r' } });
    await expect(reader.ensure(toRequest(1))).rejects.toThrow('403 (requiredAccessLevel)');
  });
});

describe('credentials', () => {
  it('are read once and used again', async () => {
    const sync = world.createSync();
    await sync.ensure(toRequest(1));
    await sync.ensure(toRequest(2));
    expect(world.secret.reads).toBe(1);
    expect(world.requests.filter((line) => line === 'POST /token')).toHaveLength(1);
  });

  it('are read once more when Google no longer accepts the key', async () => {
    const next = createServiceAccount(world.key.token_uri);
    world.serviceAccounts.delete(world.key.private_key_id);
    registerServiceAccount(world.serviceAccounts, next);
    world.setFault((request, pass) => {
      // The rotation ends between the first and the second read.
      world.secret.text = JSON.stringify(next);
      return pass(request);
    });
    expect(await world.createSync().ensure(toRequest(1))).toMatchObject({ outcome: 'created' });
    expect(world.secret.reads).toBe(2);
  });

  it('that stay wrong are an error with the reason', async () => {
    world.serviceAccounts.delete(world.key.private_key_id);
    await expect(world.createSync().ensure(toRequest(1))).rejects.toThrow('invalid_grant');
    expect(world.secret.reads).toBe(2);
  });

  it('are read once more when a token is refused', async () => {
    const sync = world.createSync();
    world.setFault(spoil(1, async () => refuse(401, 'authError')));
    expect(await sync.ensure(toRequest(1))).toMatchObject({ outcome: 'created' });
    expect(world.secret.reads).toBe(2);
  });

  it.each([
    ['is no JSON', 'hello', /expected a service account's key file/],
    ['lacks fields', '{"client_email":"x"}', /private_key, token_uri/],
  ])('that %s are named without being shown', async (_, text, message) => {
    world.secret.text = text;
    await expect(world.createSync().ensure(toRequest(1))).rejects.toThrow(message);
  });
});

describe('reading', () => {
  it('gets one entry, also a deleted or edited one', async () => {
    const sync = world.createSync();
    const request = { action: 'get', bookingKey: 'boatsetter-xhqgmdh', calendar: 'jada' } as const;
    expect(await sync.get(request)).toEqual({ ok: true, entry: null });
    await sync.ensure(toRequest(2));
    expect(await sync.get(request)).toMatchObject({
      entry: {
        bookingKey: 'boatsetter-xhqgmdh',
        revision: 2,
        status: 'present',
        free: false,
        start: '2027-05-30',
        end: '2027-05-30',
        edited: false,
      },
    });
    await world.asPerson('PATCH', world.living()[0]!, { summary: 'Edited' });
    expect(await sync.get(request)).toMatchObject({ entry: { title: 'Edited', edited: true } });
    await world.asPerson('DELETE', world.living()[0]!);
    expect(await sync.get(request)).toMatchObject({ entry: { status: 'deleted' } });
  });

  it('lists days, both included, over several pages', async () => {
    const sync = world.createSync();
    for (let day = 1; day <= 28; day++) {
      const date = `2027-02-${String(day).padStart(2, '0')}`;
      const request = toRequest(1, { start: `${date}T09:00`, end: `${date}T12:00` });
      await sync.ensure({ ...request, bookingKey: `boatsetter-${day}` });
    }
    world.setFault((request, next) =>
      next(new Request(request.url.replace('maxResults=250', 'maxResults=5'), request)),
    );
    const reply = await sync.list({ action: 'list', calendar: 'jada', from: '2027-02-03', to: '2027-02-20' });
    expect(reply.ok && reply.entries.map(({ start }) => start.slice(8))).toEqual(
      Array.from({ length: 18 }, (_, index) => String(index + 3).padStart(2, '0')),
    );
  });
});
