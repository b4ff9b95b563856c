import { createHash } from 'node:crypto';
import type { MiddlewareHandler } from 'astro';

/** Replaced by the policy once the page's own styles are known. */
export const CSP_PLACEHOLDER = 'bosun-content-security-policy';

/**
 * Writes each page's Content-Security-Policy into the page: stored pages have no response of ours, and Astro's own
 * policy is a header in a server build but an element in a static one.
 */
export const onRequest: MiddlewareHandler = async (_context, next) => {
  const response = await next();
  if (!response.headers.get('content-type')?.startsWith('text/html')) return response;
  const html = await response.text();
  return new Response(html.replace(CSP_PLACEHOLDER, policyFor(html)), response);
};

const policyFor = (html: string): string =>
  [
    "default-src 'none'",
    `style-src ${styleHashes(html)}`,
    "img-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');

function styleHashes(html: string): string {
  const hashes = Array.from(html.matchAll(/<style>(.*?)<\/style>/gs), ([, css]) => sha256(css ?? ''));
  return hashes.length === 0 ? "'none'" : hashes.map((hash) => `'sha256-${hash}'`).join(' ');
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64');
