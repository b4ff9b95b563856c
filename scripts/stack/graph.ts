import * as pulumi from '@pulumi/pulumi';
import type { StackConfig } from '#infra/config.ts';
import program from '#infra/index.ts';
import {
  graphOutputs,
  type Addresses,
  type Created,
  type GraphContext,
  type Inputs,
  type OutputTable,
} from './graph-outputs.ts';
import { findUnknowns, toPlain } from './graph-values.ts';

/** One declared resource, as Pulumi would hand it to AWS. */
export interface Resource {
  /** Pulumi's type token: `aws:lambda/function:Function`. */
  readonly type: string;
  /** Name in the program; unique per type. */
  readonly name: string;
  /** Plain JSON: secrets are unwrapped, an archive is `{ archive: path }`. */
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly id: string;
  /** What AWS would add, such as ARN and URL. */
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly protect: boolean;
  /** Explicit dependencies only, as `<type>::<name>`, sorted. */
  readonly dependsOn: readonly string[];
}

export interface Graph {
  /** Sorted by type, then name; without providers and the stack itself. */
  readonly resources: readonly Resource[];
  /** Stack outputs, plain JSON. */
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** A resource on its way into the graph; a test may change `inputs` in place, to make a mistake on purpose. */
export interface Registration {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
}

export interface GraphOptions {
  readonly config: StackConfig;
  readonly addresses: Addresses;
  readonly mutate?: (registration: Registration) => void;
  /** What resources answer with; only tests of this reader replace it. */
  readonly answers?: OutputTable;
}

/**
 * Runs the Pulumi program inside Pulumi's test runtime and returns what it declares. Throws an error that
 * lists every resource type that is not known here, and every input or output that depends on something
 * unknown. Pulumi keeps global state, so calls wait for one another.
 */
export function readGraph(options: GraphOptions): Promise<Graph> {
  const reading = previous.then(() => read(options));
  previous = reading.catch(() => undefined);
  return reading;
}

const STACK = 'pulumi:pulumi:Stack';

let previous: Promise<unknown> = Promise.resolve();

async function read({ config, addresses, mutate, answers = graphOutputs }: GraphOptions): Promise<Graph> {
  const recorder = createRecorder(
    answers,
    { ...addresses, accountId: config.accountId, region: config.region },
    mutate,
  );
  // As a preview: an output that nobody supplies stays unknown there, instead of becoming `undefined`.
  await pulumi.runtime.setMocks(recorder.mocks, 'bosun', config.stack, true);
  const run = await runProgram(config, recorder.seeOptions);
  const [, outputs] = await Promise.all([waitForRegistrations(), toPlainOutputs(run.outputs)]);
  if (run.failure !== undefined) throw run.failure.error;
  return recorder.finish(outputs);
}

/** An error is kept and not thrown, as Pulumi would also leave it behind as an unhandled rejection. */
async function runProgram(config: StackConfig, seeOptions: pulumi.ResourceTransformation) {
  let outputs = pulumi.output<unknown>({});
  let failure: { readonly error: unknown } | undefined;
  await pulumi.runtime.runInPulumiStack(async () => {
    pulumi.runtime.registerStackTransformation(seeOptions);
    try {
      outputs = pulumi.output<unknown>(program(config));
    } catch (error) {
      failure = { error };
    }
  });
  return { outputs, failure };
}

/** Resources register on their own; without waiting half of them are missing. Not in Pulumi's published types. */
const waitForRegistrations = (): Promise<void> =>
  (pulumi.runtime as unknown as { waitForRPCs(): Promise<void> }).waitForRPCs();

/** `promise(true)` keeps unknown values in place, where they can be named; it is internal to Pulumi. */
async function toPlainOutputs(outputs: pulumi.Output<unknown>): Promise<unknown> {
  const { promise } = outputs as unknown as { promise(withUnknowns: boolean): Promise<unknown> };
  return toPlain(await promise(true));
}

function createRecorder(answers: OutputTable, context: GraphContext, mutate: GraphOptions['mutate']) {
  const resources: Resource[] = [];
  const problems: string[] = [];
  const seen = new Map<string, Pick<Resource, 'protect' | 'dependsOn'>>();

  // Pulumi loses what is thrown in a mock, so every problem is kept and thrown at the end.
  async function newResource({ type, name, inputs }: pulumi.runtime.MockResourceArgs): Promise<Created> {
    const plain = (await toPlain(inputs)) as Record<string, unknown>;
    try {
      mutate?.({ type, name, inputs: plain });
      const created = answer(type, name, plain);
      record(type, name, plain, created);
      return { id: created.id, state: { ...plain, ...created.state } };
    } catch (error) {
      // With an unknown among its inputs nothing else can be expected of it.
      if (findUnknowns(plain).length === 0) problems.push(`${type} ${name}: ${(error as Error).message}`);
      return { id: '', state: {} };
    } finally {
      problems.push(...findUnknowns(plain).map((path) => `${type} ${name}: input ${path} is unknown`));
    }
  }

  function answer(type: string, name: string, inputs: Inputs): Created {
    if (type === STACK) return { id: name, state: {} };
    const create = Object.hasOwn(answers, type) ? answers[type] : undefined;
    if (create === undefined) throw new Error('the local stack does not know this type of resource');
    return create(name, inputs, context);
  }

  function record(type: string, name: string, inputs: Inputs, { id, state }: Created): void {
    if (type.startsWith('pulumi:')) return;
    const { protect = false, dependsOn = [] } = seen.get(key({ type, name })) ?? {};
    resources.push({ type, name, inputs, id, outputs: state, protect, dependsOn });
  }

  return {
    mocks: {
      newResource,
      call({ token }: pulumi.runtime.MockCallArgs): never {
        throw new Error(`${token}: data sources have no value here; take it from the configuration`);
      },
    },
    seeOptions({ type, name, opts }: pulumi.ResourceTransformationArgs): undefined {
      seen.set(key({ type, name }), {
        protect: opts.protect === true,
        dependsOn: dependencies(opts.dependsOn),
      });
    },
    finish(outputs: unknown): Graph {
      problems.push(...findUnknowns(outputs).map((path) => `stack output ${path} is unknown`));
      if (problems.length > 0) throw new GraphError(problems.sort());
      const sorted = resources.sort((a, b) => (key(a) < key(b) ? -1 : 1));
      return { resources: sorted, outputs: outputs as Graph['outputs'] };
    },
  };
}

/** Something in the program that the local stack cannot stand for. */
export class GraphError extends Error {
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    const hint = 'an unknown value needs an entry in scripts/stack/graph-outputs.ts for what it is made of';
    super(`the Pulumi program cannot be read (${hint}):\n  ${problems.join('\n  ')}`);
    this.name = 'GraphError';
    this.problems = problems;
  }
}

const key = ({ type, name }: { readonly type: string; readonly name: string }) => `${type}::${name}`;

function dependencies(dependsOn: pulumi.ResourceOptions['dependsOn']): string[] {
  const list = dependsOn === undefined ? [] : Array.isArray(dependsOn) ? dependsOn : [dependsOn];
  return list.map(nameOf).sort();
}

/** Pulumi keeps a resource's type and name in fields of its own. */
function nameOf(resource: unknown): string {
  const { __pulumiType, __name } = resource as { __pulumiType?: string; __name?: string };
  if (__pulumiType === undefined || __name === undefined) {
    throw new Error('dependsOn must list resources themselves: an output or a promise cannot be read here');
  }
  return `${__pulumiType}::${__name}`;
}
