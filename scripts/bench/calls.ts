/** One call over the network, from its start to the end of its answer, in milliseconds of the process that made it. */
export interface Call {
  /** `DynamoDB GetItem`, `PUT /queenofsandiego.com/g/b0000001.html`. */
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** What a process that was watched by `watch-calls.ts` did. */
export interface Watched {
  readonly calls: readonly Call[];
  readonly cpuMilliseconds: number;
  readonly peakMebibytes: number;
}

/** Of calls that overlap only the first is a step: no other could have begun before one of the steps was over. */
export function stepsOf(calls: readonly Call[]): Call[] {
  const steps: Call[] = [];
  for (const call of calls.toSorted((one, other) => one.end - other.end))
    if (call.start >= (steps.at(-1)?.end ?? -Infinity)) steps.push(call);
  return steps;
}

/** Whether a call changes anything, by its name. */
export const isWrite = ({ name }: Call): boolean =>
  !/^(GET|HEAD) |^SSM Get|^DynamoDB (Get|BatchGet|Query)|^SecretsManager Get/.test(name);

/** Calls of one kind together: `4 × PUT …`. */
export function countCalls(calls: readonly Call[]): [name: string, count: number][] {
  const counts = new Map<string, number>();
  for (const { name } of calls) {
    const kind = kindOf(name);
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return [...counts];
}

/** Without what names one booking, one invalidation or one object. */
const kindOf = (name: string): string =>
  name
    .replace(/\/g\/[a-z0-9]+(\.\w+)*(\/[a-z]{2})?/, '/g/…')
    .replace(/(\/api\/(?:cards|events|notifications)\/)[^/]+/, '$1…')
    .replace(/(invalidation\/).+/, '$1…')
    .replace(/\?.*/, '');
