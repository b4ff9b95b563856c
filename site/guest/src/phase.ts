import source from './phase.js?raw';

/** What decides by the reader's clock which reading of a page shows, without its comments. */
export const PHASE_SCRIPT = source.replaceAll(/^ *\/\/.*\n/gm, '').replaceAll(/\n */g, '');
