import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { LANGUAGES } from '#bookings/model/language.ts';
import { pageViewSchema } from '#bookings/model/views/page.ts';

/**
 * Paths of a full static build, each page in each language, from the JSON list of page views in the file that
 * `GUEST_PAGES_FILE` names.
 */
export async function readStaticPages() {
  const file = process.env['GUEST_PAGES_FILE'];
  if (file === undefined) return [];
  const views = z.array(pageViewSchema).parse(JSON.parse(await readFile(file, 'utf8')));
  return views.flatMap((view) =>
    LANGUAGES.map((language) => ({
      params: { page: `${view.pageId}.${language}` },
      props: { page: { ...view, language } },
    })),
  );
}
