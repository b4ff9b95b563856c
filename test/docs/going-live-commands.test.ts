import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACCOUNT, prepareFirstDeploy, type FirstDeploy } from './first-deploy.ts';
import { linesOfCode, readDocument } from './read-document.ts';

/** Runs a line of the guide, and sees that it does what the guide says. */
type Run = (line: string) => Promise<void>;
/** Or the reason why it is not run here. */
type Step = Run | string;

let place: FirstDeploy;
beforeAll(async () => {
  place = await prepareFirstDeploy();
});
afterAll(() => place?.close());

/** Types the line, which ends well; what it printed. */
async function well(line: string): Promise<string> {
  const { code, out, err } = await place.type(line);
  expect({ line, code, err: code === 0 ? '' : out + err }).toEqual({ line, code: 0, err: '' });
  return out;
}

const says =
  (...expected: (string | RegExp)[]): Run =>
  async (line) => {
    const out = await well(line);
    for (const text of expected) expect(out).toMatch(text);
  };

const commit = (message: string) => well(`git add . && git commit --quiet --message "${message}"`);

/** Every line of code in the guide, in its order. */
const STEPS: readonly (readonly [line: string, step: Step])[] = [
  ['npm ci', 'a clean checkout is how all tests begin'],
  ['npm start', 'test/e2e/start.test.ts does'],
  ['aws sso login', 'asks AWS itself'],
  ['aws sts get-caller-identity', 'asks AWS itself'],
  ['git rm bookings/data/*.json', says("rm 'bookings/data/boatsetter-xhqgmdh.json'")],
  [
    'npm run booking -- check',
    async (line) => {
      expect(await well(line)).toContain('0 bookings');
      await commit('No bookings yet');
    },
  ],
  ['aws route53 create-hosted-zone --name sailjada.com --caller-reference sailjada.com-1', 'asks AWS itself'],
  ['npm run rotate -- service-key --stack prod', configure],
  [
    `export ORIGIN_SECRET=$(node -e "console.log(require('node:crypto').randomBytes(32).toString('base64url'))")`,
    async (line) => {
      const secret = (await well(`${line}; echo $ORIGIN_SECRET`)).trim();
      expect(secret).toMatch(/^[\w-]{43}$/);
      place.keep('ORIGIN_SECRET', secret);
    },
  ],
  ['echo $ORIGIN_SECRET', says(/^[\w-]{43}\n$/)],
  [
    'npm run bootstrap -- --stack prod --dry-run',
    says('would be made', `arn:aws:iam::${ACCOUNT}:role/bosun-plan`),
  ],
  [
    'npm run bootstrap -- --stack prod',
    async (line) => {
      expect(await well(line)).toContain('was made');
      expect(await well(line)).toContain(`bucket bosun-state-${ACCOUNT} is there`);
    },
  ],
  ['npm run install-pulumi', 'downloads from GitHub: test/scripts/deploy/install-pulumi.test.ts does'],
  ['git status', says('nothing to commit, working tree clean')],
  ['npm run deploy -- --stack prod', deploy],
  ['npm run rotate -- service-key --stack prod', says('Deletes the temporary secret')],
  // The stack has its keys already, and rotations wait for minutes: test/e2e/rotate.test.ts goes through them on another clock.
  [
    'npm run rotate -- link-key --stack prod',
    (line) => says('Next: Announces a new link key')(`${line} --again --dry-run`),
  ],
  [
    'npm run rotate -- dashboard-token --stack prod',
    (line) => says('Next: Puts a new dashboard token')(`${line} --again --dry-run`),
  ],
  [
    'npm run rotate -- google-key --file ~/Downloads/<file>.json --stack prod',
    (line) =>
      says('This key is the current one already.')(line.replace('~/Downloads/<file>.json', place.keyFile)),
  ],
  [
    'npm run rotate -- board-key --stack prod',
    (line) => says('Next: Puts a new board key')(`${line} --again --dry-run`),
  ],
  ['npm run rotate -- status --stack prod', says(/^google-key .* well$/m)],
  ['npm run smoke -- --stack prod', says('All 16 answers are as they should be.')],
  ['npm run crew -- add mike --email mike@example.com --stack prod', says('mike is registered')],
  ['npm run crew -- list --stack prod', says(/mike +Mike +mike@example.com +active/)],
  ['npm run pipeline -- validate build plan apply --stack prod', says(/^~ site: .*guest\/index.html/m)],
  ['git switch -c first-booking', says('')],
  ['npm run booking -- new', writeBooking],
  ['npm run booking -- check', says('1 booking, all valid')],
  [
    'git add bookings/data && git commit -m "First booking" && git push -u origin first-booking',
    mergeAndApply,
  ],
  ['npm run smoke -- --stack prod', says('All 16 answers are as they should be.')],
  ['npm run plan -- --refresh --stack prod', says('Nothing to do. Everything is as the files say.')],
  ['npm run rollback -- --stack prod', says(/^scc-api\n +1 .* live$/m)],
  [
    'npm run restore-drill -- --stack prod --yes',
    'AWS alone has backups: test/scripts/restore does, and a drill on the local stack',
  ],
];

describe('the commands of the guide', () => {
  it('are these, and each is run here or has a reason not to be', () => {
    expect(linesOfCode(readDocument('going-live'))).toEqual(STEPS.map(([line]) => line));
  });

  it.each(STEPS.filter((step): step is readonly [string, Run] => typeof step[1] !== 'string'))(
    '%s',
    { timeout: 120_000 },
    (line, step) => expect(step(line)).resolves.toBeUndefined(),
  );
});

/** Step 6: before the first deploy there is nothing but the key's hash to be had. */
async function configure(line: string): Promise<void> {
  expect((await place.type('npm run rotate -- dashboard-token --stack prod')).err).toContain(
    'Stack prod is not deployed yet.',
  );
  expect(await well(`${line} --dry-run`)).toMatch(
    /^Next: Makes the first service key; .*\nNothing was changed\.\n$/m,
  );
  const made = await place.type(line);
  expect(made.code).toBe(3);
  const [hashes] = /serviceKeyHashes: .*/.exec(made.out)!;
  await place.fillIn([
    `accountId: '${ACCOUNT}',`,
    "zones: { guest: 'Z0GUEST', crew: 'Z0CREW' },",
    "mail: { from: 'JADA crew <crew@sailjada.com>', captain: 'captain@sailjada.com', manager: 'manager@sailjada.com', alerts: '' },",
    "calendars: { jada: 'jada@group.calendar.google.com' },",
    `boardUrl: '${place.boardUrl}',`,
    "boardPage: 'https://docs.google.com/spreadsheets/d/1/edit',",
    "repository: 'owner@123456/name@456789',",
    hashes,
  ]);
  const again = await place.type(line);
  expect(again).toMatchObject({ code: 3, out: expect.stringContaining('says so already') as string });
  await commit('Our stack');
}

/** Step 7. Nobody sits at this terminal, and Pulumi is played. */
async function deploy(line: string): Promise<void> {
  expect((await place.type(line)).err).toContain('Nobody can answer here: give --yes');
  expect(await well(`${line} --yes`)).toContain('All 16 answers are as they should be.');
  const calls = (await place.pulumi.calls()).map(({ words }) => words.slice(0, 2).join(' '));
  expect(calls).toEqual(['version', 'stack select', 'up --stack']);
  // What stands was made by another commit, and with another secret.
  expect((await place.type(`${line} --yes`)).err).toContain('Stack prod runs commit e2e');
  expect((await place.type(`${line} --yes --older`)).err).toContain('ORIGIN_SECRET is not the one');
  place.turnToBuckets();
}

/** On a terminal it asks. */
async function writeBooking(line: string): Promise<void> {
  expect((await place.type(line)).err).toContain('--platform');
  const inMonth = new Date(Date.now() + 30 * 24 * 60 * 60 * 1000).toISOString().slice(0, 10);
  await well(`${line} --platform phone --id P2712 --vessel jada --start ${inMonth}T10:00 --hours 3 \
    --guest "Maria Lopez" --guests 5 --gross 750.00 --status confirmed --crew mike:captain:3 --crew deckhand:5`);
}

/** What GitHub and the workflow _bookings_ do with a pull request, and what one then looks at. */
async function mergeAndApply(line: string): Promise<void> {
  await well(line);
  expect(await well('npm run plan -- --stack prod')).toContain('✉ mike: assigned');
  await well('git switch --quiet main && git merge --quiet first-booking');
  await well('npm run apply -- --stack prod');
  await place.settle();
  expect(await well('npm run --silent booking -- show P2712 --guest-link --stack prod')).toMatch(/\/g\/\w+/);
  expect(await well('npm run booking -- explain P2712 --stack prod')).toContain(
    'nothing: everything is as the files say',
  );
}
