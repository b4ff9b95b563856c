import { HttpProblem } from '../http.ts';

/** 409: what is stored is newer than what was sent. `revision` is the stored one. */
export const staleRevision = (holder: string, ours: number, theirs: number): HttpProblem =>
  new HttpProblem(409, 'Stale revision', `${holder} is already at revision ${theirs}`, {
    members: { ours, theirs, revision: theirs },
  });
