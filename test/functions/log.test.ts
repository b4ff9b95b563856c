import { describe, expect, it } from 'vitest';
import { createLog, type LogFields } from '#functions/log.ts';

const write = (fields: LogFields) => {
  const lines: string[] = [];
  createLog('test', (line) => lines.push(line)).info('happened', fields);
  expect(lines).toHaveLength(1);
  return JSON.parse(lines[0]!) as Record<string, unknown>;
};

describe('a log line', () => {
  it('is one line of JSON with the fields that are allowed', () => {
    expect(write({ bookingKey: 'phone-1', revision: 2 })).toEqual({
      level: 'info',
      service: 'test',
      message: 'happened',
      bookingKey: 'phone-1',
      revision: 2,
    });
  });

  it('drops whatever else a spread object brings along', () => {
    const contact = { bookingKey: 'phone-1', email: 'a@example.test', pay: 12_345, token: 'secret' };
    expect(Object.keys(write({ ...contact }))).toEqual(['level', 'service', 'message', 'bookingKey']);
  });

  it('blanks addresses in reasons and in errors with their causes', () => {
    const error = new Error('<john@example.test> refused', { cause: new Error('to=mia@example.test') });
    const line = JSON.stringify(write({ reason: 'no ana@example.test', error }));
    expect(line).not.toContain('@');
    expect(line).toContain('no <address>');
    expect(line).toContain('to=<address>');
  });
});
