import { describe, expect, it } from 'vitest';
import { createAuthorizer } from '#functions/dashboard-authorizer/authorize.ts';
import { createTokenHashes, type Stage } from '#functions/dashboard-authorizer/token-hashes.ts';

type Versions = Partial<Record<Stage, string>> | 'out of reach';

/** An authorizer over a secret that the test changes, with every read counted (both versions are one read). */
function start(versions: Versions) {
  const world = { versions, now: 0, reads: 0, warnings: [] as string[] };
  const hashes = createTokenHashes({
    async readSecret(stage) {
      if (stage === 'AWSCURRENT') world.reads++;
      if (world.versions === 'out of reach') throw new Error('no answer');
      return world.versions[stage] ?? null;
    },
    now: () => world.now,
    warn: (message) => void world.warnings.push(message),
  });
  const authorize = createAuthorizer(hashes);
  const ask = async (headers: Record<string, string>) => (await authorize({ headers })).isAuthorized;
  return { world, ask, token: (token: string) => ask({ 'x-dashboard-token': token }) };
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;

describe('the dashboard authorizer', () => {
  it.each([
    ['the header', { 'x-dashboard-token': 'new' }],
    ['a Bearer', { authorization: 'Bearer new' }],
    ['a bearer in lower case', { authorization: 'bearer  new' }],
    ['a Bearer beside a wrong header', { 'x-dashboard-token': 'wrong', authorization: 'Bearer new' }],
    ['the header beside a wrong Bearer', { 'x-dashboard-token': 'new', authorization: 'Bearer wrong' }],
    ['the previous token', { 'x-dashboard-token': 'old' }],
  ])('lets %s in', async (_, headers) => {
    const { ask } = start({ AWSCURRENT: 'new', AWSPREVIOUS: 'old' });
    expect(await ask(headers)).toBe(true);
  });

  it.each<[string, Record<string, string>]>([
    ['another token', { 'x-dashboard-token': 'other' }],
    ['a token that only begins right', { 'x-dashboard-token': 'ne' }],
    ['a token that only continues right', { 'x-dashboard-token': 'new2' }],
    ['a token with other letters', { 'x-dashboard-token': 'NEW' }],
    ['basic credentials', { authorization: 'Basic new' }],
    ['a bare token', { authorization: 'new' }],
    ['a header of another name', { 'x-service-key': 'new' }],
    ['two tokens at once', { 'x-dashboard-token': 'new,new' }],
  ])('keeps %s out', async (_, headers) => {
    const { ask } = start({ AWSCURRENT: 'new', AWSPREVIOUS: 'old' });
    expect(await ask(headers)).toBe(false);
  });

  it('lets a pending token in before it becomes the current one, and the previous one all along', async () => {
    const { token } = start({ AWSCURRENT: 'new', AWSPREVIOUS: 'old', AWSPENDING: 'next' });
    for (const one of ['next', 'new', 'old']) expect(await token(one)).toBe(true);
  });

  it('keeps out who shows nothing, without asking for the secret', async () => {
    const { ask, world } = start({ AWSCURRENT: 'new' });
    expect(await ask({})).toBe(false);
    expect(await ask({ 'x-dashboard-token': '', authorization: 'Bearer ' })).toBe(false);
    expect(world.reads).toBe(0);
  });

  it('does without a previous version', async () => {
    const { token, world } = start({ AWSCURRENT: 'new' });
    expect(await token('new')).toBe(true);
    expect(await token('old')).toBe(false);
    expect(world.warnings).toEqual([]);
  });

  it.each([
    ['is no secret', {}],
    ['is an empty one', { AWSCURRENT: '' }],
  ])('refuses everybody while there %s, and says so', async (_, versions) => {
    const { token, ask, world } = start(versions);
    expect(await token('anything')).toBe(false);
    expect(await ask({ 'x-dashboard-token': '' })).toBe(false);
    expect(world.warnings).toEqual(['there is no dashboard token: put one into the secret']);
  });

  it('reads the secret every five minutes', async () => {
    const { token, world } = start({ AWSCURRENT: 'new' });
    await token('new');
    world.now = 5 * MINUTE - 1;
    await token('new');
    expect(world.reads).toBe(1);
    world.now = 5 * MINUTE;
    await token('new');
    expect(world.reads).toBe(2);
  });

  it('forgets a token that was rotated away within five minutes', async () => {
    const { token, world } = start({ AWSCURRENT: 'stolen' });
    expect(await token('stolen')).toBe(true);
    world.versions = { AWSCURRENT: 'new', AWSPREVIOUS: 'new before' };
    world.now = 5 * MINUTE;
    expect(await token('stolen')).toBe(false);
  });

  it('takes a token at once that was rotated in since it last read the secret', async () => {
    const { token, world } = start({ AWSCURRENT: 'old' });
    await token('old');
    world.versions = { AWSCURRENT: 'new', AWSPREVIOUS: 'old' };
    world.now = 10 * SECOND;
    expect(await token('new')).toBe(true);
    expect(await token('old')).toBe(true);
    expect(world.reads).toBe(2);
  });

  it('does not let wrong tokens cause more than one read in ten seconds', async () => {
    const { token, world } = start({ AWSCURRENT: 'new' });
    for (let second = 0; second < 60; second++) {
      world.now = second * SECOND;
      for (let one = 0; one < 5; one++) expect(await token(`wrong ${one}`)).toBe(false);
    }
    expect(world.reads).toBe(6);
  });

  it('does not let tokens cause more than a read a second while the secret is out of reach, and fails', async () => {
    const { token, world } = start('out of reach');
    for (let at = 0; at < 3 * SECOND; at += 100) {
      world.now = at;
      await expect(token('new')).rejects.toThrow('no answer');
    }
    expect(world.reads).toBe(3);
    world.versions = { AWSCURRENT: 'new' };
    world.now = 3 * SECOND;
    expect(await token('new')).toBe(true);
  });
});
