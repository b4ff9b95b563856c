import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { assertDeployable, deployableConfig, stackConfig, type StackConfig } from '#infra/config.ts';
import { messageOf } from '#test/fixtures/refusals.ts';
import { filledIn, untouched } from '#test/fixtures/stacks.ts';

const given = {
  originSecrets: ['o'.repeat(43)],
  deployment: { commit: 'c'.repeat(40), time: '2026-11-20T18:03:00-08:00' },
};
const environment = {
  ORIGIN_SECRET: 'o'.repeat(43),
  DEPLOY_COMMIT: 'c'.repeat(40),
  DEPLOY_TIME: '2026-11-20T18:03:00-08:00',
};

describe('the configuration of a stack', () => {
  it('may be deployed once everything is filled in', () => {
    expect(() => assertDeployable(stackConfig('prod', { ...given, ...filledIn }))).not.toThrow();
  });

  it('lists everything that is still to be filled in', () => {
    const message = messageOf(() => assertDeployable(stackConfig('prod', { ...given, ...untouched })));
    for (const field of ['accountId', 'mail.captain', 'mail.manager', 'boardUrl', 'repository']) {
      expect(message).toContain(`\n  ${field}: `);
    }
    expect(message).toContain('calendars.jada');
    expect(message).toContain('serviceKeyHashes');
    expect(message).not.toContain('originSecrets');
  });

  it.each<[string, Partial<StackConfig>]>([
    ['accountId', { accountId: '12345' }],
    ['serviceKeyHashes', { serviceKeyHashes: ['a', 'b', 'c'].map((digit) => digit.repeat(64)) }],
    ['serviceKeyHashes', { serviceKeyHashes: ['a key and not its hash'] }],
    ['originSecrets', { originSecrets: ['short'] }],
    ['originSecrets', { originSecrets: [] }],
    ['repository', { repository: 'bosun' }],
    ['repository', { repository: 'repo:sailjada/bosun:ref:refs/heads/main' }],
    ['mail.alerts', { mail: { ...filledIn.mail, alerts: 'the captain' } }],
    ['zones', { zones: { guest: 'queenofsandiego.com', crew: null } }],
    ['certificates', { certificates: { crew: 'arn:aws:acm:us-west-2:123456789012:certificate/x' } }],
    ['firewall.requestsPerFiveMinutes', { firewall: { enabled: true, requestsPerFiveMinutes: 5 } }],
    ['budgetDollarsPerMonth', { budgetDollarsPerMonth: 0 }],
    ['boardUrl', { boardUrl: 'later' }],
  ])('refuses a wrong %s', (field, wrong) => {
    const message = messageOf(() =>
      assertDeployable(stackConfig('prod', { ...given, ...filledIn, ...wrong })),
    );
    expect(message.split('\n').slice(1)).toEqual([expect.stringContaining(`${field}: `)]);
  });

  it('takes a repository by its names and ids, as GitHub’s newer tokens do', () => {
    const config = stackConfig('prod', { ...given, ...filledIn, repository: 'sailjada@123456/bosun@456789' });
    expect(() => assertDeployable(config)).not.toThrow();
  });

  it('sends alarms to the captain where nobody else is named', () => {
    const mail = { ...filledIn.mail, alerts: '' };
    expect(stackConfig('prod', { ...given, ...filledIn, mail }).mail.alerts).toBe('captain@example.com');
    expect(stackConfig('prod', { ...given, ...filledIn }).mail.alerts).toBe('alerts@example.com');
  });

  it('names every variable that the deploy job has to set', () => {
    const message = messageOf(() => deployableConfig('prod', { DEPLOY_TIME: 'today' }));
    expect(message).toContain('ORIGIN_SECRET is missing');
    expect(message).toContain('DEPLOY_COMMIT is missing');
    expect(message).toContain('DEPLOY_TIME is wrong');
  });

  it('asks for the rest of a stack whose job is complete', () => {
    expect(() => deployableConfig('dev', environment)).not.toThrow(/ORIGIN_SECRET|DEPLOY_/);
  });

  it('of dev says itself all that would write into prod if it came from there', () => {
    const file = readFileSync(new URL('../../infra/stacks.ts', import.meta.url), 'utf8');
    const [block] = /export const dev[^]*?\n};/.exec(file)!;
    for (const field of ['mail', 'calendars', 'boardUrl', 'boardPage', 'serviceKeyHashes', 'certificates'])
      expect(block).toMatch(new RegExp(`^  ${field}: `, 'm'));
  });

  it('has its addresses from its names', () => {
    const names = {
      domains: { guest: 'guests.example', crew: 'crew.example' },
      buckets: { guest: 'a', crew: 'b', photos: 'photos-of-ours' },
    };
    for (const stack of ['dev', 'prod'] as const)
      expect(stackConfig(stack, { ...given, ...names })).toMatchObject({
        urls: { guest: 'https://guests.example', crew: 'https://crew.example' },
        photosOrigin: 'https://photos-of-ours.s3.us-east-1.amazonaws.com',
      });
  });

  it('is never deployed for this machine', () => {
    expect(() => deployableConfig('local', environment)).toThrow(/choose dev or prod/);
  });

  it('keeps dev and prod apart wherever a name is unique in the account or the world', () => {
    const dev = stackConfig('dev', given);
    const prod = stackConfig('prod', given);
    expect(dev.namePrefix).not.toBe(prod.namePrefix);
    for (const names of ['buckets', 'secrets', 'domains', 'urls'] as const) {
      const taken = Object.values<string>(prod[names]);
      expect(Object.values<string>(dev[names]).filter((name) => taken.includes(name))).toEqual([]);
    }
  });
});
