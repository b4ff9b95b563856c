import type { Entry } from '#functions/scc/entries/entry.ts';
import type { Section } from '../views/section.ts';

/** What the page was made from, as it says itself in `<script id="charter">`. */
export interface Charter extends Omit<Section, 'state' | 'unsent'> {
  readonly entries: readonly Entry[];
  readonly photosOrigin: string;
  readonly isOver: boolean;
}

/** Undefined on pages that are not about one charter. */
export function readCharter(): Charter | undefined {
  const text = document.getElementById('charter')?.textContent;
  return text ? (JSON.parse(text) as Charter) : undefined;
}
