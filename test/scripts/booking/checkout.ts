import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BookingFileInput } from '#bookings/model/booking-file.ts';
import { bookingKeyOf } from '#bookings/model/ids.ts';
import { OPERATOR } from '#test/fixtures/operator.ts';

/** A git repository with the operator's reference data, in which a test makes commits. Each is a minute after the last. */
export function createGitCheckout() {
  const root = mkdtempSync(join(tmpdir(), 'bosun-git-'));
  let minute = 0;
  const git = (...words: string[]): string => {
    const at = `2026-12-01T12:${String(minute).padStart(2, '0')}:00Z`;
    const env = {
      ...process.env,
      ...{ GIT_AUTHOR_NAME: 'Jo', GIT_AUTHOR_EMAIL: 'jo@example.com', GIT_AUTHOR_DATE: at },
      ...{ GIT_COMMITTER_NAME: 'Jo', GIT_COMMITTER_EMAIL: 'jo@example.com', GIT_COMMITTER_DATE: at },
      ...{ GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' },
    };
    return execFileSync('git', ['-C', root, ...words], {
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  };
  mkdirSync(join(root, 'bookings/data'), { recursive: true });
  cpSync(join(OPERATOR, 'bookings/reference'), join(root, 'bookings/reference'), { recursive: true });
  git('init', '--quiet', '--initial-branch', 'main');
  return {
    root,
    git,
    write: (path: string, content: unknown) =>
      writeFileSync(
        join(root, path),
        typeof content === 'string' ? content : `${JSON.stringify(content, null, 2)}\n`,
      ),
    remove: (path: string) => rmSync(join(root, path)),
    /** Commits everything as it is; the hash. */
    commit(subject: string): string {
      minute += 1;
      git('add', '--all');
      git('commit', '--quiet', '--allow-empty', '--message', subject);
      return git('rev-parse', 'HEAD').trim();
    },
    close: () => rmSync(root, { recursive: true, force: true }),
  };
}

export const pathOf = ({ platform, id }: BookingFileInput): string =>
  `bookings/data/${bookingKeyOf(platform, id)}.json`;
