import { describe, expect, it } from 'vitest';
import { cursorParam, encodeCursor } from '#functions/cursor.ts';

const schema = cursorParam('event_id', 'created_timestamp');
const key = { event_id: 'abc', created_timestamp: '2027-05-01T12:00:00Z' };

describe('a cursor', () => {
  it('comes back as the key it was made from', () => {
    expect(schema.parse(encodeCursor(key))).toEqual(key);
  });

  it.each([
    ['of another list', encodeCursor({ pk: 'HEAD' })],
    ['with more in it', encodeCursor({ ...key, pk: 'HEAD' })],
    ['that was cut', encodeCursor(key).slice(0, -4)],
    ['that is empty', ''],
    ['that is none', '%%'],
  ])('%s is refused', (_, text) => {
    const issues = schema.safeParse(text).error?.issues;
    expect(issues).toMatchObject([{ message: 'the cursor of the page before' }]);
  });
});
