import { describe, expect, it } from 'vitest';
import { createWorld, toRequest, type World } from './world.ts';

describe('after a crash at any point', () => {
  const scenarios: readonly [
    string,
    'restore' | 'forbid',
    'mark' | 'delete',
    (w: World) => Promise<unknown>,
    Parameters<typeof toRequest>,
  ][] = [
    ['creating', 'restore', 'mark', async () => undefined, [1]],
    ['creating late', 'restore', 'mark', async () => undefined, [2]],
    ['updating', 'restore', 'mark', (w) => w.createSync().ensure(toRequest(1)), [2, { guestName: 'Grace' }]],
    ['restoring', 'restore', 'mark', createAndDelete, [1]],
    ['reincarnating', 'forbid', 'mark', createAndDelete, [1]],
    [
      'deleting',
      'restore',
      'delete',
      (w) => w.createSync().ensure(toRequest(1)),
      [2, { status: 'cancelled' }],
    ],
  ];

  it.each(scenarios)('%s gives one world', async (_, updateDeleted, cancelledStyle, prepare, request) => {
    const expected = cancelledStyle === 'delete' ? 0 : 1;
    for (const moment of ['before', 'after'] as const) {
      for (let crashAt = 1; crashAt <= 6; crashAt++) {
        const broken = await createWorld({ updateDeleted });
        await prepare(broken);
        broken.setFault(crashOn(crashAt, moment));
        await broken
          .createSync({ cancelledStyle })
          .ensure(toRequest(...request))
          .catch(() => undefined);
        broken.setFault(undefined);
        expect(await broken.createSync({ cancelledStyle }).ensure(toRequest(...request))).toMatchObject({
          ok: true,
        });
        const living = broken.living();
        expect(living).toHaveLength(expected);
        if (expected === 1)
          expect(living[0]!.extendedProperties?.private?.['revision']).toBe(String(request[0]));
        expect(unrecorded(broken)).toEqual([]);
        await broken.close();
      }
    }
  });

  async function createAndDelete(w: World) {
    await w.createSync().ensure(toRequest(1));
    await w.asPerson('DELETE', w.living()[0]!);
  }

  /** From the n-th calendar request on nothing works any more; that one has its effect if `after`. */
  function crashOn(n: number, moment: 'before' | 'after') {
    let count = 0;
    return async (request: Request, next: (request: Request) => Promise<Response>) => {
      if (request.url.endsWith('/token')) return next(request);
      count++;
      if (count < n) return next(request);
      if (count === n && moment === 'after') await next(request);
      return Response.json({ error: { code: 400, message: 'crashed' } }, { status: 400 });
    };
  }

  const unrecorded = (w: World) =>
    [...w.events.values()].filter(({ id }) => !w.writes.some(({ eventId }) => eventId === id));
});
