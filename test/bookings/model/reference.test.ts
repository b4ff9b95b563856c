import { describe, expect, it } from 'vitest';
import { readValue } from '#bookings/model/read-input.ts';
import { crewSchema } from '#bookings/model/reference.ts';

/** Paths of what is wrong with a crew of one. */
function problemsOf(member: string): string[] {
  const crew = { members: { [member]: { name: 'X', roles: ['deckhand'] } } };
  const reading = readValue('crew', crew, crewSchema);
  return reading.ok ? [] : reading.problems.map(({ path }) => path);
}

describe('the key of a member', () => {
  it.each(['captain', 'manager', 'operator', 'guest'])(
    'is not %s, who gets mail and makes entries',
    (key) => {
      expect(problemsOf(key)).toEqual([`members.${key}`]);
    },
  );

  it.each(['captain-ahab', 'guesty', 'the-manager', 'john'])('may be %s', (key) => {
    expect(problemsOf(key)).toEqual([]);
  });
});
