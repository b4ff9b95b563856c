import * as z from 'zod';

const ignored = z.unknown().optional();
const override = z.boolean();
const list = z
  .strictObject({ items: z.array(z.string()).default([]) })
  .default({ items: [] })
  .transform((inputs) => inputs.items);

const NOT_CUSTOM = 'CloudFront refuses this one as a custom header';
const NOT_REMOVABLE = 'CloudFront refuses to remove this one';

/** Inputs of `aws.cloudfront.ResponseHeadersPolicy`, as far as the local stack implements them. */
export const responseHeadersPolicySchema = z.strictObject({
  securityHeadersConfig: z
    .strictObject({
      contentSecurityPolicy: z.strictObject({ contentSecurityPolicy: z.string(), override }).optional(),
      contentTypeOptions: z.strictObject({ override }).optional(),
      frameOptions: z.strictObject({ frameOption: z.enum(['DENY', 'SAMEORIGIN']), override }).optional(),
      referrerPolicy: z.strictObject({ referrerPolicy: z.string(), override }).optional(),
      strictTransportSecurity: z
        .strictObject({
          accessControlMaxAgeSec: z.int(),
          includeSubdomains: z.boolean().default(false),
          preload: z.boolean().default(false),
          override,
        })
        .optional(),
      xssProtection: z
        .strictObject({ protection: z.boolean(), modeBlock: z.boolean().default(false), override })
        .optional(),
    })
    .default({}),
  customHeadersConfig: z
    .strictObject({
      items: z
        .array(
          z.strictObject({ header: z.string().refine(isCustom, NOT_CUSTOM), value: z.string(), override }),
        )
        .max(10)
        .default([]),
    })
    .default({ items: [] }),
  removeHeadersConfig: z
    .strictObject({
      items: z.array(z.strictObject({ header: z.string().refine(isRemovable, NOT_REMOVABLE) })).default([]),
    })
    .default({ items: [] }),
  corsConfig: z
    .strictObject({
      accessControlAllowCredentials: z.boolean(),
      accessControlAllowHeaders: list,
      accessControlAllowMethods: list,
      accessControlAllowOrigins: list,
      accessControlExposeHeaders: list,
      accessControlMaxAgeSec: z.int().default(600),
      originOverride: z.boolean(),
    })
    .optional(),
  name: ignored,
  comment: ignored,
});

/** CloudFront wants these in the settings of their own. */
function isCustom(header: string): boolean {
  return !/^(content-security-policy|x-content-type-options|x-frame-options|referrer-policy|strict-transport-security|x-xss-protection|access-control-.*)$/i.test(
    header,
  );
}

/** Source: CloudFront guide, "Understand response headers policies", headers that cannot be removed. */
function isRemovable(header: string): boolean {
  return !/^(connection|content-encoding|content-length|expect|host|keep-alive|proxy-.*|trailer|transfer-encoding|upgrade|via|warning|x-accel-.*|x-amz-cf-.*|x-amzn-.*|x-cache|x-edge-.*|x-forwarded-proto|x-real-ip)$/i.test(
    header,
  );
}

export type ResponseHeadersPolicy = z.infer<typeof responseHeadersPolicySchema>;

/**
 * Applies a policy to the headers on their way to the viewer: removals first, then CORS, custom and security
 * headers, each only where the origin sent none unless it overrides.
 */
export function applyResponseHeaders(policy: ResponseHeadersPolicy, request: Headers, response: Headers) {
  for (const { header } of policy.removeHeadersConfig.items) response.delete(header);
  if (policy.corsConfig) applyCors(policy.corsConfig, request, response);
  const added = [...policy.customHeadersConfig.items, ...securityHeaders(policy.securityHeadersConfig)];
  for (const { header, value, override: wins } of added)
    if (wins || !response.has(header)) response.set(header, value);
}

interface AddedHeader {
  readonly header: string;
  readonly value: string;
  readonly override: boolean;
}

function securityHeaders(config: ResponseHeadersPolicy['securityHeadersConfig']): AddedHeader[] {
  const { contentSecurityPolicy, contentTypeOptions, frameOptions, referrerPolicy } = config;
  const { strictTransportSecurity: hsts, xssProtection: xss } = config;
  const added: (AddedHeader | undefined)[] = [
    contentSecurityPolicy && {
      header: 'content-security-policy',
      value: contentSecurityPolicy.contentSecurityPolicy,
      override: contentSecurityPolicy.override,
    },
    contentTypeOptions && {
      header: 'x-content-type-options',
      value: 'nosniff',
      override: contentTypeOptions.override,
    },
    frameOptions && {
      header: 'x-frame-options',
      value: frameOptions.frameOption,
      override: frameOptions.override,
    },
    referrerPolicy && {
      header: 'referrer-policy',
      value: referrerPolicy.referrerPolicy,
      override: referrerPolicy.override,
    },
    hsts && { header: 'strict-transport-security', value: toHstsValue(hsts), override: hsts.override },
    xss && { header: 'x-xss-protection', value: toXssValue(xss), override: xss.override },
  ];
  return added.filter((header) => header !== undefined);
}

type Security = Required<ResponseHeadersPolicy['securityHeadersConfig']>;

function toHstsValue(hsts: NonNullable<Security['strictTransportSecurity']>): string {
  const subdomains = hsts.includeSubdomains ? '; includeSubDomains' : '';
  return `max-age=${hsts.accessControlMaxAgeSec}${subdomains}${hsts.preload ? '; preload' : ''}`;
}

function toXssValue(xss: NonNullable<Security['xssProtection']>): string {
  return xss.protection ? `1${xss.modeBlock ? '; mode=block' : ''}` : '0';
}

type Cors = NonNullable<ResponseHeadersPolicy['corsConfig']>;

function applyCors(cors: Cors, request: Headers, response: Headers): void {
  const origin = request.get('origin');
  const existing = [...response.keys()].filter((name) => name.startsWith('access-control-'));
  if (origin === null || (existing.length > 0 && !cors.originOverride)) return;
  for (const name of existing) response.delete(name);
  if (!cors.accessControlAllowOrigins.some((pattern) => matchesOrigin(pattern, origin))) return;
  const isOpen = cors.accessControlAllowOrigins.includes('*') && !cors.accessControlAllowCredentials;
  response.set('access-control-allow-origin', isOpen ? '*' : origin);
  if (!isOpen) response.append('vary', 'Origin');
  if (cors.accessControlAllowCredentials) response.set('access-control-allow-credentials', 'true');
  const exposed = cors.accessControlExposeHeaders;
  if (exposed.length > 0) response.set('access-control-expose-headers', exposed.join(', '));
  if (!request.has('access-control-request-method')) return;
  response.set('access-control-allow-methods', cors.accessControlAllowMethods.join(', '));
  response.set('access-control-allow-headers', cors.accessControlAllowHeaders.join(', '));
  response.set('access-control-max-age', String(cors.accessControlMaxAgeSec));
}

/** `*` alone matches all; inside a pattern it stands for the leading labels of a host. */
function matchesOrigin(pattern: string, origin: string): boolean {
  if (pattern === '*') return true;
  const [before, after] = pattern.split('*');
  if (after === undefined) return pattern === origin;
  return origin.startsWith(before!) && origin.endsWith(after) && origin.length > pattern.length - 1;
}
