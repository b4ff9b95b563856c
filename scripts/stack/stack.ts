import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '#bookings/model/problem.ts';
import { deploymentParameter, deploymentSchema } from '#infra/deployment.ts';
import { sha256 } from '#bookings/model/canonical.ts';
import { createAwsServices, type AwsServices } from './aws-services.ts';
import { shiftClock } from './clock.ts';
import { awsCredentialsFor, openLocalKeys, type LocalKeys } from './credentials.ts';
import { refuseUnknownTypes } from './declared.ts';
import { removeEndpoints, writeEndpoints, type Endpoints } from './endpoints.ts';
import { createFrontPage } from './front-page.ts';
import { createFaults, type Faults } from './faults.ts';
import type { Graph, GraphOptions } from './graph.ts';
import { keptGraph } from './kept-graph.ts';
import { localProgram, type Particulars } from './local-program.ts';
import { lockDirectory } from './lock.ts';
import { createLog } from './log.ts';
import { readOperator } from './operator.ts';
import { createOutside, type Outside } from './outside.ts';
import { PLACES, reservePorts, type Ports } from './ports.ts';
import { createEdge, type Edge } from './edge.ts';
import { freeLease } from './free-lease.ts';
import { seedCrew } from './seed.ts';

export interface StackOptions {
  /** Holds everything; one process owns it at a time. */
  readonly directory: string;
  /** The checkout whose crew and calendars it has. */
  readonly root: string;
  /** Milliseconds that the stack's clock runs ahead of this machine's. */
  readonly clockOffset: number;
  readonly commit: string;
  /** Makes a mistake in the program on purpose, for tests. */
  readonly mutate?: GraphOptions['mutate'];
  /** Starts each function when it is first called, and not all of them now to see whether they can. */
  readonly lazyFunctions?: boolean;
  /** A role that may do everything, by this name: for tests that look at everything. */
  readonly onlooker?: string;
}

export interface Stack {
  readonly endpoints: Endpoints;
  readonly graph: Graph;
  readonly aws: AwsServices;
  readonly edge: Edge;
  readonly outside: Outside;
  /** What goes wrong with calls, at the doors of everything. */
  readonly faults: Faults;
  /** What is still on its way: messages, invocations. */
  pending(): number;
  /** Waits until nothing is on its way, at most so long; what is left over. */
  settle(milliseconds: number): Promise<string[]>;
  markReady(): Promise<void>;
  close(): Promise<void>;
}

/** Realises the Pulumi program on this machine. Throws {@link UserError} when it cannot be, naming what is wrong. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { directory } = options;
  const lock = lockDirectory(directory);
  const closers: (() => Promise<void> | void)[] = [() => lock.release()];
  const close = async () => {
    for (const closer of closers.splice(0).toReversed()) await closer();
  };
  try {
    shiftClock(options.clockOffset);
    const state = join(directory, 'state');
    const keys = openLocalKeys(join(state, 'keys.json'));
    const faults = createFaults(keys);
    const ports = await reservePorts(join(state, 'ports.json'), faults.gateOf);
    closers.push(...Object.values(ports).map((port) => () => port.close()));
    const { members, calendars } = readOperator(options.root);
    const particulars = { ...particularsOf(ports, keys, options.commit), calendars };
    const graph = withOnlooker(await declaredGraph(particulars, options), options);
    refuseUnknownTypes(graph);
    const log = createLog(join(directory, 'logs'));
    const { config } = localProgram(particulars);
    const outside = createOutside({ state, ports, config, keys });
    const aws = await createAwsServices({
      state,
      graph,
      ports,
      keys,
      log,
      invalidate: (id, paths) => edge.invalidate(id, paths),
    });
    closers.push(() => aws.close());
    const edge = createEdge({ graph, ports, aws });
    const endpoints = describe(graph, ports, keys, options);
    await aws.putSecrets(outside.secrets);
    if (options.lazyFunctions !== true) await refuseBrokenFunctions(aws);
    ports.front.serve(createFrontPage({ endpoints, aws, faults }));
    await freeLease(endpoints);
    await seedCrew(endpoints, members);
    await writeEndpoints(directory, endpoints);
    closers.push(() => removeEndpoints(directory));
    return {
      endpoints,
      graph,
      aws,
      edge,
      outside,
      faults,
      pending: aws.pending,
      settle: (milliseconds) => settle(aws, milliseconds),
      markReady: () => writeEndpoints(directory, { ...endpoints, status: 'ready' }),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

const LEFT_BEHIND = ['state', 'logs', 'endpoints.json', 'endpoints.json.new', 'stack.pid'];

/** Forgets everything that a stack left in a directory. Refused while one runs there, and where none ever did. */
export function clearDirectory(directory: string): void {
  if (!existsSync(directory)) return;
  const foreign = readdirSync(directory).filter((name) => !LEFT_BEHIND.includes(name));
  if (foreign.length > 0)
    throw new UserError(
      `--fresh: ${directory} holds other things (${foreign[0]}), so nothing was removed. Choose a directory of its own.`,
    );
  const lock = lockDirectory(directory);
  for (const name of LEFT_BEHIND) rmSync(join(directory, name), { recursive: true, force: true });
  lock.release();
}

function particularsOf(ports: Ports, keys: LocalKeys, commit: string) {
  const hosts = PLACES.map((place) => [place, new URL(ports[place].url).host] as const);
  return {
    hosts: Object.fromEntries(hosts) as Particulars['hosts'],
    serviceKeyHash: sha256(keys.serviceKey),
    originSecret: keys.originSecret,
    commit,
    time: new Date().toISOString(),
  };
}

/** With a mistake in it, the program itself has to run. */
async function declaredGraph(particulars: Particulars, { mutate }: StackOptions): Promise<Graph> {
  if (mutate === undefined) return keptGraph(particulars);
  const { readGraph } = await import('./graph.ts');
  return readGraph({ ...localProgram(particulars), mutate });
}

function withOnlooker(graph: Graph, { onlooker: name }: StackOptions): Graph {
  if (name === undefined) return graph;
  const policy = JSON.stringify({ Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] });
  const one = { name, id: name, outputs: {}, protect: false, dependsOn: [] };
  const role = { ...one, type: 'aws:iam/role:Role', inputs: {} };
  const rights = { ...one, type: 'aws:iam/rolePolicy:RolePolicy', inputs: { role: name, policy } };
  return { ...graph, resources: [...graph.resources, role, rights] };
}

function describe(graph: Graph, ports: Ports, keys: LocalKeys, options: StackOptions): Endpoints {
  const parameter = graph.resources.find(
    ({ type, inputs }) =>
      type === 'aws:ssm/parameter:Parameter' && inputs.name === deploymentParameter('local'),
  );
  const deployment = deploymentSchema.parse(JSON.parse(String(parameter?.inputs.value)));
  return {
    ...deployment,
    version: 1,
    pid: process.pid,
    status: 'starting',
    front: ports.front.url,
    mailbox: ports.mailbox.url,
    calendar: ports.google.url,
    calendarId: Object.values(deployment.calendars)[0]!,
    board: ports.board.url,
    aws: { endpoint: ports.aws.url, ...awsCredentialsFor('bosun-apply', keys) },
    dashboardToken: keys.dashboardToken,
    serviceKey: keys.serviceKey,
    clockOffset: options.clockOffset,
  };
}

async function refuseBrokenFunctions(aws: AwsServices): Promise<void> {
  const broken = await aws.warm();
  if (broken.length === 0) return;
  const lines = broken.map(({ name, error }) => `  ${name}: ${error}`).join('\n');
  throw new UserError(`The stack stops here: these functions do not start.\n${lines}`);
}

async function settle(aws: AwsServices, milliseconds: number): Promise<string[]> {
  const end = performance.now() + milliseconds;
  while (aws.pending() > 0 && performance.now() < end)
    await new Promise((resolve) => setTimeout(resolve, 20));
  return aws.pending() === 0 ? [] : aws.leftOver();
}
