import { on } from './element.ts';
import { keyOf } from './key.ts';
import { openPhotos } from './photos-app.ts';
import type { PhotoTexts } from './photo-texts.ts';

/** Without a key the page's own words say all there is to say; when photos are closed its styles show nothing else. */
function start(): void {
  const app = document.getElementById('photos-app');
  const section = app?.closest<HTMLElement>('[data-page-id]');
  const key = keyOf(location.hash);
  if (!app || !section || key === undefined) return;
  section.querySelector('.no-key')?.setAttribute('hidden', '');
  app.hidden = false;
  const texts = JSON.parse(app.dataset['texts'] ?? '') as PhotoTexts;
  openPhotos({ section, app, texts, pageId: section.dataset['pageId'] ?? '', key });
}

start();
// Whoever opens the right link in the same tab changes nothing but the fragment.
on(window, 'hashchange', () => location.reload());
