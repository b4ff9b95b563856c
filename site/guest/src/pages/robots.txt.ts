import type { APIRoute } from 'astro';

/** Guests' pages are for the guest: no robot has any business there. */
export const GET: APIRoute = () => new Response('User-agent: *\nDisallow: /g/\n');
