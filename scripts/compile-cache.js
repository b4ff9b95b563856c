import * as nodeModule from 'node:module';
import { fileURLToPath } from 'node:url';

// npm brings Node 24 for Linux and Windows; elsewhere it is whatever is installed.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 24 || (major === 24 && minor < 2)) {
  process.stderr.write(
    `✗ Bosun needs Node 24.2 or newer, and this is ${process.version}: install it from https://nodejs.org\n`,
  );
  process.exit(2);
}

// Loaded before a command: what Node made of each source is kept by the source's hash, types removed, which halves the start.
nodeModule.enableCompileCache(fileURLToPath(new URL('../.build/cache/node', import.meta.url)));
