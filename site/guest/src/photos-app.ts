import { PHOTO_TEXTS } from './client/photo-texts.ts';
import { escapeHtml } from './escape-html.ts';

/** Where the browser's part of the photos goes, with all that it says; the same on every page of a language. */
export const PHOTOS_APP = {
  en: renderApp('en'),
  es: renderApp('es'),
} as const;

function renderApp(language: keyof typeof PHOTO_TEXTS): string {
  return `<div id="photos-app" data-texts="${escapeHtml(JSON.stringify(PHOTO_TEXTS[language]))}" hidden></div>`;
}
