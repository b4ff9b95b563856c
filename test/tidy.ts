import { afterAll } from 'vitest';

/**
 * Test files share a process, so what one of them leaves changed would be found by the next. What the code under test
 * goes by has to be in order again after each.
 */
const WATCHED = ['Date', 'fetch', 'setTimeout', 'console', 'navigator', 'document', 'FormData'] as const;
const globals = globalThis as Readonly<Record<string, unknown>>;

const before = { globals: WATCHED.map((name) => globals[name]), environment: { ...process.env } };

afterAll(() => {
  const names = new Set([...Object.keys(before.environment), ...Object.keys(process.env)]);
  const left = [
    ...WATCHED.filter((name, index) => globals[name] !== before.globals[index]),
    ...[...names].filter((name) => process.env[name] !== before.environment[name]),
  ];
  if (left.length > 0) throw new Error(`This file leaves changed behind: ${left.join(', ')}`);
});
