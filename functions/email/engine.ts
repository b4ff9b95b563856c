import { Liquid } from 'liquidjs';

const STRICT = { strictVariables: true, strictFilters: true, ownPropertyOnly: true } as const;
const html = new Liquid({ ...STRICT, outputEscape: 'escape' });
const text = new Liquid(STRICT);

/** A compiled template. A variable that the scope lacks is an error, never an empty place in a mail. */
export type Template = (scope: object) => string;

/** Every output is escaped unless it says `| raw`. */
export const htmlTemplate = (source: string): Template => compile(html, source);
export const textTemplate = (source: string): Template => compile(text, source);

function compile(engine: Liquid, source: string): Template {
  // Parsed by the first mail, not by every cold start.
  let parsed: ReturnType<Liquid['parse']> | undefined;
  return (scope) => String(engine.renderSync((parsed ??= engine.parse(source)), scope));
}
