import type { Caller } from '../stand-in.ts';

/** Where the events go that a function could not handle, as declared for one of its qualifiers. */
export interface FailureDestination {
  /** With the qualifier: `arn:…:function:photo-arrivals:live`. */
  readonly functionArn: string;
  readonly queueArn: string;
  /** The function's role, under which Lambda sends. */
  readonly caller: Caller;
}

/** An event that was tried as often as AWS tries. */
export interface FailedEvent {
  readonly functionArn: string;
  readonly requestId: string;
  readonly event: unknown;
  readonly attempts: number;
  /** What the function answered last. */
  readonly failure?: unknown;
}

export type GiveUp = (failed: FailedEvent) => void;

interface Options {
  readonly destinations: readonly FailureDestination[];
  readonly send: (queueArn: string, body: string) => void;
  readonly log: (line: string) => void;
}

/** Sends what a function could not handle to its queue; what has none is lost, and said to be. */
export function createFailures({ destinations, send, log }: Options): GiveUp {
  return (failed) => {
    const to = destinations.find(({ functionArn }) => functionArn === failed.functionArn);
    const what = `event ${failed.requestId} for ${failed.functionArn} after ${failed.attempts} attempts`;
    if (to === undefined) return log(`Dropped ${what}: no destination is declared`);
    try {
      to.caller.authorize('sqs:SendMessage', to.queueArn);
      send(to.queueArn, JSON.stringify(toRecord(failed)));
      log(`Gave up ${what}: it is in ${to.queueArn}`);
    } catch (error) {
      log(`Dropped ${what}: ${String(error)}`);
    }
  };
}

/** Lambda developer guide, "Capturing records of Lambda asynchronous invocations". */
const toRecord = ({ functionArn, requestId, event, attempts, failure }: FailedEvent): object => ({
  version: '1.0',
  timestamp: new Date().toISOString(),
  requestContext: {
    requestId,
    functionArn,
    condition: 'RetriesExhausted',
    approximateInvokeCount: attempts,
  },
  requestPayload: event,
  responseContext: { statusCode: 200, functionError: 'Unhandled' },
  responsePayload: failure ?? null,
});
