import { beforeAll, describe, expect, it } from 'vitest';
import type { StackConfig } from '#infra/config.ts';
import { zoneOf } from '#infra/sites/dns-records.ts';
import { dmarcRecord } from '#infra/mail.ts';
import type { Graph } from '#scripts/stack/graph.ts';
import { ofKind, resource } from '#test/fixtures/graph-parts.ts';
import { prodGraph } from '#test/fixtures/prod-graph.ts';
import { anyLocalGraph } from './any-local-graph.ts';

let graph: Graph;
/** Of a stack whose DNS is kept elsewhere. */
let elsewhere: Graph;
beforeAll(async () => {
  graph = await prodGraph();
  elsewhere = await anyLocalGraph();
});

describe('a site whose DNS is in a zone of ours', () => {
  it('has a certificate that is proven there, and waited for before anybody uses it', () => {
    const certificate = resource(graph, 'Certificate', 'guest-site');
    expect(certificate.inputs).toEqual({ domainName: 'queenofsandiego.com', validationMethod: 'DNS' });
    expect(record('guest-certificate')).toMatchObject({ type: 'CNAME', zoneId: 'Z0000000000GUEST' });
    expect(resource(graph, 'CertificateValidation', 'guest-site').inputs).toEqual({
      certificateArn: certificate.outputs.arn,
      validationRecordFqdns: [record('guest-certificate').name],
    });
    expect(resource(graph, 'Distribution', 'guest-site').inputs).toMatchObject({
      aliases: ['queenofsandiego.com'],
      viewerCertificate: {
        acmCertificateArn: certificate.outputs.arn,
        sslSupportMethod: 'sni-only',
        minimumProtocolVersion: 'TLSv1.2_2021',
      },
    });
  });

  it('is found by both kinds of addresses, in its own zone', () => {
    for (const [type, name] of [
      ['A', 'crew-site-a'],
      ['AAAA', 'crew-site-aaaa'],
    ]) {
      const { domainName } = resource(graph, 'Distribution', 'crew-site').outputs;
      expect(record(name!)).toMatchObject({
        type,
        name: 'sailjada.com',
        zoneId: 'Z00000000000CREW',
        aliases: [{ name: domainName, zoneId: 'Z2FDTNDATAQYW2' }],
      });
    }
  });

  it('leaves nothing to enter by hand, and takes over no record that is there', () => {
    expect(graph.outputs.dnsRecords).toEqual([]);
    for (const { inputs } of ofKind(graph, 'Record')) expect(inputs).not.toHaveProperty('allowOverwrite');
  });
});

describe('a stack whose DNS is kept elsewhere', () => {
  it('names every record that somebody has to enter there, and what it is for', () => {
    const records = elsewhere.outputs.dnsRecords as { type: string; name: string; purpose: string }[];
    expect(records.map(({ type, name }) => `${type} ${name}`)).toEqual([
      'CNAME _proof.queenofsandiego.test.',
      'CNAME _proof.sailjada.test.',
      'ALIAS queenofsandiego.test',
      'ALIAS sailjada.test',
      'CNAME dkim-one._domainkey.sailjada.test',
      'CNAME dkim-two._domainkey.sailjada.test',
      'CNAME dkim-three._domainkey.sailjada.test',
      'MX bounce.sailjada.test',
      'TXT bounce.sailjada.test',
      'TXT _dmarc.sailjada.test',
    ]);
    expect(records.filter(({ purpose }) => purpose === '')).toEqual([]);
    expect(ofKind(elsewhere, 'Record')).toEqual([]);
  });

  it('does not wait for a certificate that nobody can have proven yet', () => {
    expect(ofKind(elsewhere, 'Certificate')).toHaveLength(2);
    expect(ofKind(elsewhere, 'CertificateValidation')).toEqual([]);
    expect(resource(elsewhere, 'Distribution', 'guest-site').inputs).not.toHaveProperty('aliases');
  });
});

describe('a name', () => {
  const config = {
    domains: { guest: 'queenofsandiego.com', crew: 'sailjada.com' },
    zones: { guest: null, crew: 'ZCREW' },
  } as StackConfig;

  it.each([
    ['sailjada.com', 'ZCREW'],
    ['bounce.sailjada.com', 'ZCREW'],
    ['notsailjada.com', null],
    ['queenofsandiego.com', null],
    ['example.com', null],
  ])('%s belongs to zone %s', (name, zone) => {
    expect(zoneOf(config, name)).toBe(zone);
  });
});

describe('mail', () => {
  it('is signed, and bounces come back to a name of its own', () => {
    expect(resource(graph, 'EmailIdentity', 'crew-mail').inputs).toEqual({
      emailIdentity: 'sailjada.com',
      configurationSetName: 'crew-mail',
      dkimSigningAttributes: { nextSigningKeyLength: 'RSA_2048_BIT' },
    });
    const keys = ['mail-dkim-1', 'mail-dkim-2', 'mail-dkim-3'].map(record);
    expect(keys.map(({ name, type, records }) => [name, type, records])).toEqual(
      ['dkim-one', 'dkim-two', 'dkim-three'].map((token) => [
        `${token}._domainkey.sailjada.com`,
        'CNAME',
        [`${token}.dkim.amazonses.com`],
      ]),
    );
    const { mailFromDomain } = resource(graph, 'EmailIdentityMailFromAttributes', 'crew-mail').inputs;
    expect(record('mail-from-mx')).toMatchObject({
      name: mailFromDomain,
      type: 'MX',
      records: ['10 feedback-smtp.us-east-1.amazonses.com'],
    });
    expect(record('mail-from-spf')).toMatchObject({
      name: mailFromDomain,
      type: 'TXT',
      records: ['v=spf1 include:amazonses.com -all'],
    });
  });

  it('leaves the records of the domain itself to whoever hosts its mailboxes', () => {
    const apex = ofKind(graph, 'Record').filter(({ inputs }) => inputs.name === 'sailjada.com');
    expect(apex.map(({ inputs }) => inputs.type)).toEqual(['A', 'AAAA']);
  });

  it.each([
    ['alerts@sailjada.com', 'v=DMARC1; p=quarantine; rua=mailto:alerts@sailjada.com'],
    ['captain@example.com', 'v=DMARC1; p=quarantine'],
  ])('has reports sent to %s only if its domain takes them', (alerts, expected) => {
    expect(dmarcRecord({ dmarcPolicy: 'quarantine', mail: { alerts } }, 'sailjada.com')).toBe(expected);
  });

  it('says what others shall do with mail that is not signed', () => {
    expect(record('mail-dmarc')).toMatchObject({
      name: '_dmarc.sailjada.com',
      type: 'TXT',
      records: ['v=DMARC1; p=none'],
    });
  });

  it('that bounced or was complained of is not sent again, and is told by events alone', () => {
    expect(resource(graph, 'ConfigurationSet', 'crew-mail').inputs).toMatchObject({
      suppressionOptions: { suppressedReasons: ['BOUNCE', 'COMPLAINT'] },
      deliveryOptions: { tlsPolicy: 'REQUIRE' },
    });
    const { emailForwardingEnabled } = resource(graph, 'EmailIdentityFeedbackAttributes', 'crew-mail').inputs;
    expect(emailForwardingEnabled).toBe(false);
  });
});

describe('the firewall', () => {
  it('stands in front of both sites where it is enabled, and costs nothing elsewhere', () => {
    const { arn } = resource(graph, 'WebAcl', 'sites').outputs;
    for (const { inputs } of ofKind(graph, 'Distribution')) expect(inputs.webAclId).toBe(arn);
    expect(ofKind(elsewhere, 'WebAcl')).toEqual([]);
    for (const { inputs } of ofKind(elsewhere, 'Distribution')) expect(inputs).not.toHaveProperty('webAclId');
  });

  it('limits what one address may ask for, login links most, stored pages least', () => {
    const [requests, pages, links] = rulesOf(graph);
    const startsWith = (searchString: string) => ({
      byteMatchStatement: {
        fieldToMatch: { uriPath: {} },
        positionalConstraint: 'STARTS_WITH',
        searchString,
        // Or `/g/%2e%2e/api/` would count as a page, and be answered by the API.
        textTransformations: [
          { priority: 0, type: 'URL_DECODE' },
          { priority: 1, type: 'NORMALIZE_PATH' },
        ],
      },
    });
    const ofOneAddress = { aggregateKeyType: 'IP', evaluationWindowSec: 300 };
    expect(requests?.statement.rateBasedStatement).toEqual({
      ...ofOneAddress,
      limit: 1000,
      scopeDownStatement: { notStatement: { statement: startsWith('/g/') } },
    });
    expect(pages?.statement.rateBasedStatement).toEqual({
      ...ofOneAddress,
      limit: 10_000,
      scopeDownStatement: startsWith('/g/'),
    });
    expect(links?.statement.rateBasedStatement).toEqual({
      ...ofOneAddress,
      limit: 20,
      scopeDownStatement: startsWith('/api/crew-links'),
    });
    for (const rule of [requests, pages, links]) expect(rule?.action).toEqual({ block: {} });
  });

  it('lets AWS’s rules block, but for the one that refuses what phones send after being offline', () => {
    const managed = rulesOf(graph).flatMap(({ overrideAction, statement }) =>
      statement.managedRuleGroupStatement === undefined
        ? []
        : [{ overrideAction, ...statement.managedRuleGroupStatement }],
    );
    expect(managed.map(({ name }) => name)).toEqual([
      'AWSManagedRulesAmazonIpReputationList',
      'AWSManagedRulesKnownBadInputsRuleSet',
      'AWSManagedRulesCommonRuleSet',
    ]);
    for (const { overrideAction } of managed) expect(overrideAction).toEqual({ none: {} });
    expect(managed.flatMap(({ ruleActionOverrides }) => ruleActionOverrides)).toEqual([
      { name: 'SizeRestrictions_BODY', actionToUse: { count: {} } },
    ]);
  });

  it('keeps no sample of a request, in which there may be a key', () => {
    const { rules, visibilityConfig } = resource(graph, 'WebAcl', 'sites').inputs as unknown as Acl;
    const all = [visibilityConfig, ...rules.map((rule) => rule.visibilityConfig)];
    expect(all.filter(({ sampledRequestsEnabled }) => sampledRequestsEnabled)).toEqual([]);
  });
});

interface Rule {
  readonly action?: unknown;
  readonly overrideAction?: unknown;
  readonly visibilityConfig: { readonly sampledRequestsEnabled: boolean };
  readonly statement: {
    readonly rateBasedStatement?: unknown;
    readonly managedRuleGroupStatement?: { readonly name: string; readonly ruleActionOverrides: unknown[] };
  };
}
interface Acl {
  readonly rules: Rule[];
  readonly visibilityConfig: Rule['visibilityConfig'];
}

const rulesOf = (of: Graph): Rule[] => (resource(of, 'WebAcl', 'sites').inputs as unknown as Acl).rules;

function record(name: string) {
  return resource(graph, 'Record', name).inputs;
}
