import { describe, expect, it } from 'vitest';
import { arrivedUploads, isOverdue, nextUploads, type Upload } from '#site/portal/src/client/upload-queue.ts';
import { tick, upload } from './samples.ts';

const john = { member: 'john', busy: new Set<string>(), tries: new Map<string, number>() };
const namesOf = (uploads: readonly Upload[]) => uploads.map(({ photo }) => photo);
const base = { member: 'john', lamport: 0, at: '', receivedAt: '' };

describe('uploads', () => {
  it('go up two at a time', () => {
    const all = ['a', 'b', 'c'].map((photo) => upload(photo));
    const names = (busy: string[]) => namesOf(nextUploads(all, { ...john, busy: new Set(busy) }));
    expect(names([])).toEqual(['a', 'b']);
    expect(names(['a'])).toEqual(['b']);
    expect(names(['a', 'b'])).toEqual([]);
  });

  it('that did not get through let the others go first', () => {
    const all = ['a', 'b', 'c', 'd'].map((photo) => upload(photo));
    const tries = new Map([
      ['a', 2],
      ['b', 1],
      ['c', 1],
    ]);
    expect(namesOf(nextUploads(all, { ...john, tries }))).toEqual(['d', 'b']);
  });

  it('of another member, refused ones and those that are up stay', () => {
    const all = [
      upload('a', { member: 'jane' }),
      upload('b', { refusal: 'too large' }),
      upload('c', { sentAt: '2027-05-30T16:00:00Z' }),
    ];
    expect(nextUploads(all, john)).toEqual([]);
  });

  it('have arrived when the log says so, not when only their thumbnail has', () => {
    const all = [upload('a'), upload('b', { purpose: 'receipt' }), upload('c')];
    const entries = [
      tick(1),
      { ...base, id: 'photo-a', kind: 'photo' as const, photo: 'a', type: 'image/jpeg' },
      { ...base, id: 'receipt-b', kind: 'receipt' as const, photo: 'b', type: 'image/jpeg' },
      { ...base, id: 'thumbnail-c', kind: 'thumbnail' as const, photo: 'c' },
    ];
    expect(arrivedUploads(all, entries).map(({ photo }) => photo)).toEqual(['a', 'b']);
  });

  it('are overdue ten minutes after they were sent', () => {
    const sent = upload('a', { sentAt: '2027-05-30T16:00:00Z' });
    expect(isOverdue(sent, new Date('2027-05-30T16:09:59Z'))).toBe(false);
    expect(isOverdue(sent, new Date('2027-05-30T16:10:01Z'))).toBe(true);
    expect(isOverdue({ ...sent, refusal: 'said once' }, new Date('2030-01-01T00:00:00Z'))).toBe(false);
    expect(isOverdue(upload('a'), new Date('2030-01-01T00:00:00Z'))).toBe(false);
  });
});
