import * as z from 'zod';
import type { Drift } from '#bookings/reconcile/drift.ts';
import type { Invoke } from '../adapters/lambda-invoke.ts';
import {
  replySchemas,
  type CalendarEntry,
  type EnsureReply,
  type EnsureRequest,
  type InspectReply,
  type InspectRequest,
  type ListReply,
  type ListRequest,
} from '../calendar-sync/contract.ts';
import { HttpProblem } from '../http.ts';
import { staleRevision } from '../stale-revision.ts';

/** The calendar by way of calendar-sync, the only code that talks to Google. */
export interface CalendarSync {
  /** The entry's id. Throws an {@link HttpProblem}: 409 when the calendar shows a newer revision. */
  ensure(request: Omit<EnsureRequest, 'action'>): Promise<string>;
  /** How the entry is not as the view says; null when it is. */
  inspect(request: Omit<InspectRequest, 'action'>): Promise<Drift | null>;
  list(request: Omit<ListRequest, 'action'>): Promise<readonly CalendarEntry[]>;
}

export function createCalendarSync(invoke: Invoke): CalendarSync {
  return {
    async ensure(request) {
      const reply = await ask(invoke, { action: 'ensure', ...request }, replySchemas.ensure);
      if (!reply.ok) throw toProblem(reply, request.revision);
      return reply.eventId;
    },
    async inspect(request) {
      const reply = await ask(invoke, { action: 'inspect', ...request }, replySchemas.inspect);
      if (!reply.ok) throw toProblem(reply);
      return reply.drift;
    },
    async list(request) {
      const reply = await ask(invoke, { action: 'list', ...request }, replySchemas.list);
      if (!reply.ok) throw toProblem(reply);
      return reply.entries;
    },
  };
}

async function ask<S extends z.ZodType>(
  invoke: Invoke,
  request: EnsureRequest | InspectRequest | ListRequest,
  schema: S,
): Promise<z.output<S>> {
  try {
    return schema.parse(await invoke(request));
  } catch (cause) {
    throw new HttpProblem(502, 'The calendar failed', explain(cause), { cause });
  }
}

/** A reply of the wrong shape is a bug on our side, and says nothing to whoever asked. */
const explain = (error: unknown): string | undefined =>
  error instanceof z.ZodError || !(error instanceof Error) ? undefined : error.message;

type Refusal = Extract<EnsureReply | InspectReply | ListReply, { ok: false }>;

function toProblem(refusal: Refusal, ours = 0): HttpProblem {
  if (refusal.error === 'stale') {
    const detail = `the calendar is already at revision ${refusal.revision}`;
    return staleRevision({ ours, theirs: refusal.revision }, detail);
  }
  return new HttpProblem(422, 'The calendar does not take this', refusal.problems.join('; '));
}
