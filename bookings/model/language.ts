/** Languages of guests' pages. Apart from the schemas, which take longer to load than a page to render. */
export const LANGUAGES = ['en', 'es'] as const;
export type Language = (typeof LANGUAGES)[number];
