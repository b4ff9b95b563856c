import { HttpProblem } from './http.ts';

/** 409 of every API: the revision sent is not one that the stored state takes. `theirs`, what is stored, shows how stale it is. */
export const staleRevision = (revisions: { ours: number; theirs: number }, detail: string): HttpProblem =>
  new HttpProblem(409, 'The revision does not fit', detail, { members: { ...revisions } });
