import { readValue } from '#bookings/model/read-input.ts';
import type { Log, LogFields } from '#functions/log.ts';
import {
  requestSchema,
  type CalendarRequest,
  type EnsureReply,
  type GetReply,
  type InspectReply,
  type ListReply,
} from './contract.ts';
import type { Sync } from './sync.ts';

export type CalendarReply = EnsureReply | InspectReply | GetReply | ListReply;

export interface RespondDeps {
  readonly sync: Sync;
  readonly log: Log;
}

/** The function itself: an invoke's payload in, a reply of the contract out. Throws what Google refuses. */
export function createRespond(deps: RespondDeps): (event: unknown) => Promise<CalendarReply> {
  return async (event) => {
    const reading = readValue('request', event, requestSchema);
    if (reading.ok) return answer(reading.value, deps);
    const { problems } = reading;
    deps.log.warn('invalid request', { reason: problems.map(({ path }) => path).join(', ') });
    return {
      ok: false,
      error: 'invalid',
      problems: problems.map(({ path, expected, found }) => `${path}: expected ${expected}, found ${found}`),
    };
  };
}

async function answer(request: CalendarRequest, { sync, log }: RespondDeps): Promise<CalendarReply> {
  const subject = subjectOf(request);
  try {
    const reply = await run(request, sync);
    log.info(request.action, { ...subject, state: stateOf(reply) });
    return reply;
  } catch (error) {
    log.error(request.action, { ...subject, state: 'failed', error });
    throw error;
  }
}

function subjectOf(request: CalendarRequest): LogFields {
  if (request.action === 'list') return {};
  const revision = 'revision' in request ? request.revision : undefined;
  return { bookingKey: request.bookingKey, revision };
}

function run(request: CalendarRequest, sync: Sync): Promise<CalendarReply> {
  if (request.action === 'ensure') return sync.ensure(request);
  if (request.action === 'inspect') return sync.inspect(request);
  return request.action === 'get' ? sync.get(request) : sync.list(request);
}

function stateOf(reply: CalendarReply): string {
  if (!reply.ok) return reply.error;
  if ('drift' in reply) return reply.drift === null ? 'as written' : reply.drift.found;
  return 'outcome' in reply ? reply.outcome : 'read';
}
