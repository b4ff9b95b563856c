import type { APIRoute } from 'astro';
import icon from '../../../design/favicon.svg?raw';

export const GET: APIRoute = () => new Response(icon, { headers: { 'content-type': 'image/svg+xml' } });
