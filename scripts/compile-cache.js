import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

// Loaded before a command: what Node made of each source is kept by the source's hash, types removed, which halves the start.
enableCompileCache(fileURLToPath(new URL('../.build/cache/node', import.meta.url)));
