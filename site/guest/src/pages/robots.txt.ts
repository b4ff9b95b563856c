import type { APIRoute } from 'astro';

/** Guests' pages say themselves that they are not to be indexed: only a robot that may read them knows it. */
export const GET: APIRoute = () => new Response('User-agent: *\nDisallow: /api/\n');
