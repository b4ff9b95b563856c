import * as z from 'zod';
import { parse } from 'yaml';

/** A workflow file by its name, `ci.yml`, with its text. */
export interface WorkflowFile {
  readonly name: string;
  readonly text: string;
}

const permissionsSchema = z.union([z.string(), z.record(z.string(), z.string())]);

const stepSchema = z.object({
  name: z.string().optional(),
  uses: z.string().optional(),
  run: z.string().optional(),
  with: z.record(z.string(), z.unknown()).default({}),
  env: z.record(z.string(), z.unknown()).default({}),
});

const jobSchema = z.object({
  'runs-on': z.string().optional(),
  'timeout-minutes': z.number().optional(),
  permissions: permissionsSchema.optional(),
  environment: z.unknown().optional(),
  env: z.record(z.string(), z.unknown()).default({}),
  if: z.string().optional(),
  concurrency: z.unknown().optional(),
  steps: z.array(stepSchema).default([]),
});

const workflowSchema = z.object({
  on: z.union([z.string(), z.array(z.string()), z.record(z.string(), z.unknown())]),
  permissions: permissionsSchema.optional(),
  concurrency: z.unknown().optional(),
  env: z.record(z.string(), z.unknown()).default({}),
  jobs: z.record(z.string(), jobSchema),
});

/** As far as rules go by them; an event may also be given by its name alone. */
const dispatchSchema = z
  .object({
    workflow_dispatch: z.object({ inputs: z.record(z.string(), z.unknown()).optional() }).nullish(),
  })
  .catch({});
const groupSchema = z
  .object({ group: z.string().default(''), queue: z.string().optional() })
  .catch({ group: '' });

type Workflow = z.output<typeof workflowSchema>;
type Job = z.output<typeof jobSchema>;

export interface Rule {
  /** What every workflow does. */
  readonly says: string;
  /** Where it does not. */
  readonly broken: (workflow: Workflow, text: string) => string[];
}

export const rules: readonly Rule[] = [
  {
    says: 'uses actions by the hash of a commit, with the version beside it',
    broken: (_, text) =>
      [...text.matchAll(/^\s*(?:- )?uses:\s*(\S+)(.*)$/gm)]
        .filter(([, action = '', rest = '']) => !isPinned(action, rest))
        .map(([, action]) => action!),
  },
  {
    says: 'uses actions that run on a Node which GitHub still has',
    broken: (_, text) =>
      [...text.matchAll(/uses:\s*(\S+)@\S+\s+# v(\d+)/g)]
        .filter(([, action = '', major]) => Number(major) < (FIRST_ON_NODE_24[action] ?? Infinity))
        .map(([, action, major]) => `${action} v${major}`),
  },
  {
    says: 'gives away no permission that a job does not name',
    broken: (workflow) => [
      ...(JSON.stringify(workflow.permissions) === '{}' ? [] : ['permissions of the workflow: not {}']),
      ...eachJob(workflow, ({ permissions }) =>
        typeof permissions === 'object' ? [] : ['names no permissions'],
      ),
    ],
  },
  {
    says: 'writes to nothing but pull requests, and to them only where no cloud is at hand',
    broken: (workflow) =>
      eachJob(workflow, (job) => {
        const writes = writesOf(job);
        const strange = writes.filter((scope) => !['id-token', 'pull-requests'].includes(scope));
        return [
          ...strange.map((scope) => `may write ${scope}`),
          ...(writes.length > 1 ? [`may write ${writes.join(' and ')}`] : []),
        ];
      }),
  },
  {
    says: 'runs no code of third parties',
    broken: (workflow) =>
      eachStep(workflow, ({ uses }) =>
        uses === undefined || uses.startsWith('actions/') || uses.startsWith('./') ? [] : [uses],
      ),
  },
  {
    says: 'puts nothing into a command but what the shell itself looks up',
    broken: (workflow) => eachStep(workflow, ({ run = '' }) => run.match(/\$\{\{[^}]*\}\}/g) ?? []),
  },
  {
    says: 'prints neither its commands nor its environment',
    broken: (workflow) =>
      eachStep(
        workflow,
        ({ run = '' }) => run.match(/set -[a-z]*x|\b(?:printenv|env)\s*$|set -o xtrace/gm) ?? [],
      ),
  },
  {
    says: 'shows a secret to single steps only, in a protected environment',
    broken: (workflow) => [
      ...(mentionsSecret(workflow.env) ? ['env of the workflow'] : []),
      ...eachJob(workflow, (job) => [
        ...(mentionsSecret(job.env) ? ['env of the whole job'] : []),
        ...(mentionsSecret(job.steps) && job.environment === undefined ? ['no environment'] : []),
      ]),
    ],
  },
  {
    says: 'leaves no credentials of git behind',
    broken: (workflow) =>
      eachStep(workflow, ({ uses = '', with: given }) =>
        uses.startsWith('actions/checkout@') && given['persist-credentials'] !== false ? [uses] : [],
      ),
  },
  {
    says: 'has the whole history where it plans, applies or deploys',
    broken: (workflow) =>
      eachJob(workflow, ({ steps }) =>
        steps.some(({ run = '' }) => GOES_BY_HISTORY.test(run))
          ? steps.flatMap(({ uses = '', with: given }) =>
              uses.startsWith('actions/checkout@') && given['fetch-depth'] !== 0 ? [uses] : [],
            )
          : [],
      ),
  },
  {
    says: 'never runs the code of a fork with rights of ours',
    broken: (workflow) => [
      ...eventsOf(workflow).filter((event) => ['pull_request_target', 'workflow_run'].includes(event)),
      ...eachJob(workflow, (job) =>
        eventsOf(workflow).includes('pull_request') && isTrusted(job) && !staysAtHome(job)
          ? ['takes an identity for a pull request of anybody']
          : [],
      ),
    ],
  },
  {
    says: 'ends in time, on an image that stays the same',
    broken: (workflow) =>
      eachJob(workflow, (job) => [
        ...(job['timeout-minutes'] === undefined ? ['has no timeout-minutes'] : []),
        ...(/-\d/.test(job['runs-on'] ?? '') ? [] : [`runs on ${job['runs-on']}`]),
      ]),
  },
  {
    says: 'lets each run have its turn that somebody started with words of their own',
    broken: ({ on, concurrency }) => {
      const { inputs } = dispatchSchema.parse(on).workflow_dispatch ?? {};
      const { group, queue } = groupSchema.parse(concurrency ?? {});
      return Object.keys(inputs ?? {})
        .filter((input) => queue !== 'max' && !group.includes(`inputs.${input}`))
        .map((input) => `${input} may be lost to a newer run`);
    },
  },
  {
    says: 'is never cancelled half-way where it changes the cloud',
    broken: (workflow) => {
      const changes =
        !eventsOf(workflow).includes('pull_request') && Object.values(workflow.jobs).some(isTrusted);
      const groups = [
        workflow.concurrency,
        ...Object.values(workflow.jobs).map((job) => job.concurrency),
      ].filter((group) => group !== undefined);
      if (!changes) return [];
      if (groups.length === 0) return ['has no concurrency group'];
      return groups.filter((group) => mayCancel(group)).map((group) => JSON.stringify(group));
    },
  },
];

/** A preview alone does not. */
const GOES_BY_HISTORY =
  /\bnpm run (?:--silent )?(?:plan|apply|pipeline -- (?:\w+ )*(?:plan|apply|deploy)|deploy(?![^\n]*--preview))\b/;

/** The first major of each that runs on Node 24, by its own release notes; GitHub's runners have no Node 20 any more. */
const FIRST_ON_NODE_24: Readonly<Record<string, number>> = {
  'actions/checkout': 5,
  'actions/setup-node': 5,
  'actions/upload-artifact': 6,
  'actions/download-artifact': 7,
};

export const parseWorkflow = ({ name, text }: WorkflowFile): Workflow => {
  const parsed = workflowSchema.safeParse(parse(text));
  if (!parsed.success) throw new Error(`${name}: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
};

/** All shell commands of a workflow, one step each. */
export const commandsOf = (workflow: Workflow): string[] =>
  Object.values(workflow.jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []));

/** A comment with the version lets a person see what the hash is, and Dependabot what to propose. */
const isPinned = (action: string, rest: string): boolean =>
  action.startsWith('./') || (/@[0-9a-f]{40}$/.test(action) && /^\s+# v\d+\.\d+\.\d+$/.test(rest));

function eachJob(workflow: Workflow, find: (job: Job) => readonly string[]): string[] {
  return Object.entries(workflow.jobs).flatMap(([name, job]) =>
    find(job).map((found) => `${name}: ${found}`),
  );
}

const eachStep = (workflow: Workflow, find: (step: Job['steps'][number]) => readonly string[]): string[] =>
  eachJob(workflow, (job) => job.steps.flatMap((step) => find(step)));

const eventsOf = ({ on }: Workflow): string[] =>
  typeof on === 'string' ? [on] : Array.isArray(on) ? on : Object.keys(on);

const writesOf = ({ permissions }: Job): string[] =>
  typeof permissions === 'string'
    ? [permissions]
    : Object.entries(permissions ?? {})
        .filter(([, right]) => right === 'write')
        .map(([scope]) => scope);

/** Whether a job can become somebody in the cloud. */
const isTrusted = (job: Job): boolean => writesOf(job).includes('id-token');

const staysAtHome = (job: Job): boolean =>
  job.if?.includes('github.event.pull_request.head.repo.full_name == github.repository') === true;

const mentionsSecret = (value: unknown): boolean => /\$\{\{[^}]*\bsecrets\b/.test(JSON.stringify(value));

const mayCancel = (group: unknown): boolean => {
  const cancel = typeof group === 'object' && group !== null && 'cancel-in-progress' in group;
  return cancel && (group as Record<string, unknown>)['cancel-in-progress'] !== false;
};
