import { join } from 'node:path';
import { EXIT, runCommand } from './command.ts';
import { pulumiDirectory, pulumiVersion } from './deploy/pulumi.ts';
import { installPulumi } from './deploy/pulumi-release.ts';
import { ROOT } from './repository.ts';

const HELP = `
Usage: npm run install-pulumi [-- --platform <name>]

Installs Pulumi's command line below .build, in the version of package-lock.json. What is downloaded must have the
checksum that scripts/deploy/pulumi-checksums.json has for it. After an update of @pulumi/pulumi the first run on your
own machine adds the new version's there, of all platforms: commit that; in a workflow an unknown version is refused.

  --platform <name>   default: this machine's; linux-x64, linux-arm64, darwin-x64, darwin-arm64, windows-x64

Exit codes: 0 installed, 1 failed, 2 no such version, or not what it was.
`;

const PINS = join(ROOT, 'scripts/deploy/pulumi-checksums.json');

await runCommand({
  help: HELP,
  options: { platform: { type: 'string', default: platformOf() } },
  async run({ platform }) {
    const version = await pulumiVersion(ROOT);
    const into = pulumiDirectory(ROOT);
    const mayPin = process.env.CI === undefined;
    const { done, pinned } = await installPulumi({ version, platform, into, pins: PINS, mayPin });
    process.stdout.write(`Pulumi ${version}: ${done}\n`);
    if (pinned) process.stdout.write(`Its checksums are new in ${PINS}: look at them, and commit them.\n`);
    return EXIT.done;
  },
});

function platformOf(): string {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  return `${system}-${process.arch}`;
}
