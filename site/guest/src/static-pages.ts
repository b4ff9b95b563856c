import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { pageViewSchema } from '#bookings/model/views/page.ts';

/** Paths of a full static build, from the JSON list of page views in the file that `GUEST_PAGES_FILE` names. */
export async function readStaticPages() {
  const file = process.env['GUEST_PAGES_FILE'];
  if (file === undefined) return [];
  const pages = z.array(pageViewSchema).parse(JSON.parse(await readFile(file, 'utf8')));
  return pages.map((page) => ({ params: { pageId: page.pageId }, props: { page } }));
}
