import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMatrix, everyCallOnce, kindOf, MOVES, type Matrix } from './faults-matrix.ts';
import { startWholeWorld, type WholeWorld } from './faults-outside.ts';

/** A choice of what `test/soak/http-faults.soak.ts` does whole: there every call fails alone, in every way. */
let world: WholeWorld;
beforeAll(async () => {
  world = await startWholeWorld();
});
afterAll(() => world?.close());

describe('/_stack/faults', () => {
  const door = (method: string, body?: string) =>
    fetch(`${world.endpoints.front}/_stack/faults`, { method, ...(body !== undefined && { body }) });
  const crew = () =>
    fetch(`${world.endpoints.sccApi}/api/crew`, { headers: { 'x-service-key': world.endpoints.serviceKey } });

  it('arms, says what it saw, and clears', async () => {
    const faults = [{ does: 'throttle', match: 'GET /api/crew' }];
    expect((await door('POST', JSON.stringify(faults))).status).toBe(200);
    expect([(await crew()).status, (await crew()).status]).toEqual([429, 200]);
    expect(await (await door('GET')).json()).toMatchObject({
      armed: [{ by: 'pipeline', call: 1, times: 1, ...faults[0] }],
      calls: expect.arrayContaining([
        { by: 'pipeline', name: 'GET /api/crew', does: 'throttle' },
        { by: 'scc-api', name: 'dynamodb/Scan', does: null },
        { by: 'pipeline', name: 'GET /api/crew', does: null },
      ]),
      held: [],
    });
    expect(await (await door('DELETE')).json()).toEqual({ armed: [], calls: [], held: [] });
  });

  it('clears by an empty list too', async () => {
    await door('POST', '[{"does":"error","times":"always"}]');
    await door('POST', '[]');
    expect((await crew()).status).toBe(200);
  });

  it.each([
    ['no JSON', 'faults'],
    ['[{"does":"explode"}]', '[0].does'],
  ])('refuses %s', async (body, where) => {
    const answer = await door('POST', body);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ detail: expect.stringContaining(where) });
    expect(await (await door('GET')).json()).toMatchObject({ armed: [] });
  });
});

describe('a new booking', { timeout: 120_000 }, () => {
  let matrix: Matrix;
  beforeAll(async () => {
    matrix = await createMatrix(world, MOVES.created);
    console.log(`a new booking: ${matrix.calls.length} outgoing calls`);
  });
  afterAll(() => matrix?.close());

  it.each(['reset', 'error', 'lose-reply'] as const)('every call fails once: %s', async (does) => {
    expect(await matrix.afterFaults(everyCallOnce(matrix.calls, does))).toEqual([]);
  });

  it('a call of each service is never answered', async () => {
    const calls = ['ssm/*', 'dynamodb/PutItem', 's3/PutObject *', 'cloudfront/*', 'POST /api/calendar'];
    const silent = calls.map((match) => ({ does: 'silence', match }) as const);
    expect(await matrix.afterFaults(silent)).toEqual([]);
  });

  it('a kind of call that others see, or that proves something, loses every reply until the run has given up', async () => {
    const kinds = [...new Set(matrix.calls.map(kindOf))].filter((kind) => SEEN.test(kind));
    const wrong: unknown[] = [];
    for (const match of kinds) {
      const found = await matrix.afterFaults([{ does: 'lose-reply', match, times: 'always' }]);
      if (found.length > 0) wrong.push([match, found]);
    }
    console.log(`${kinds.length} kinds of calls that failed for a whole run`);
    expect(kinds.length).toBe(5);
    expect(wrong).toEqual([]);
  });

  it('the process is killed after a call that others see', async () => {
    // Of the objects of one page the first stands for all.
    const calls = matrix.calls.filter(
      ({ name }) => SEEN.test(name) && !/^GET |(\.\w\w\.html|ics)$/.test(name),
    );
    const wrong: unknown[] = [];
    for (const call of calls) {
      const found = await matrix.afterKill(call, 'hold-after');
      if (found.length > 0) wrong.push([call, found]);
    }
    console.log(`${calls.length} processes killed`);
    expect(calls.length).toBe(4);
    expect(wrong).toEqual([]);
  });
});

describe.each(['moved', 'cancelled'] as const)('a booking that is %s', { timeout: 120_000 }, (move) => {
  it('every reply is lost once', async () => {
    const matrix = await createMatrix(world, MOVES[move]);
    console.log(`${MOVES[move].name}: ${matrix.calls.length} outgoing calls`);
    expect(await matrix.afterFaults(everyCallOnce(matrix.calls, 'lose-reply'))).toEqual([]);
  });
});

/** Page, calendar, crew event and release; and the look at the page that proves that it is live. */
const SEEN = /^(s3\/PutObject|POST \/api\/(calendar|notifications)|PUT \/api\/events|GET \/g\/)/;
