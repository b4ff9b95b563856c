import * as z from 'zod';
import { code } from '#bookings/reconcile/markdown-code.ts';
import { count } from '#bookings/reconcile/render-plan.ts';

/** First line of the part of a comment that is about infrastructure. */
export const PREVIEW_MARKER = '<!-- bosun-preview -->';

/** What is used of `pulumi preview --json` (pulumi/pulumi, pkg/display/json.go); the values in it are not even read. */
const stepSchema = z.object({
  op: z.string(),
  urn: z.string(),
  diffReasons: z.array(z.string()).nullish(),
  replaceReasons: z.array(z.string()).nullish(),
});
const digestSchema = z.object({ steps: z.array(stepSchema).nullish() });

/** What `pulumi preview --json` would do, step by step. */
export const stepsIn = (digest: unknown): z.output<typeof stepSchema>[] =>
  digestSchema.parse(digest).steps ?? [];

/**
 * A preview for readers who may see less than the state holds. By allow-list: what happens to which resource of the program,
 * and the names of the properties that differ. No values, no messages of providers. `hidden`: URN → properties that the
 * preview could not compare; where nothing else differs, nothing is known to change.
 */
export function renderPreview(digest: unknown, hidden: ReadonlyMap<string, ReadonlySet<string>>): string {
  const steps = stepsIn(digest).filter(({ op }) => op !== 'same');
  const changes = steps
    .map((step) => toChange(step, hidden.get(step.urn)))
    .filter((change) => change !== null);
  const told = changes.filter((change) => change.type !== 'pulumi:pulumi:Stack' && !isRecord(change));
  const lines = told.length === 0 ? [nothing(changes)] : [summaryOf(told), '', ...tableOf(told)];
  const lost = told.filter(({ op }) => LOSING.has(op));
  const warnings = lost.map(({ op, type, name }) => `- ⚠️ ${op} ${code(type)} ${code(name)}`);
  return [PREVIEW_MARKER, '## Infrastructure preview', '', ...lines, ...warnings, ...remark(hidden), ''].join(
    '\n',
  );
}

interface Change {
  readonly op: string;
  readonly type: string;
  readonly name: string;
  readonly properties: readonly string[];
}

const OPERATIONS: Readonly<Record<string, string>> = {
  create: 'create',
  update: 'update',
  delete: 'delete',
  replace: 'replace',
  // The halves of a replacement, which is told of once.
  'create-replacement': '',
  'delete-replaced': '',
  import: 'import',
  'import-replacement': '',
  read: '',
  'read-replacement': '',
  'read-discard': '',
  discard: '',
  'remove-pending-replace': '',
  refresh: '',
};

/** What cannot be had back by reverting a commit. */
const LOSING = new Set(['delete', 'replace']);

/** `urn:pulumi:prod::bosun::aws:lambda/function:Function::scc-api` */
const URN = /^urn:pulumi:[^:]+::[^:]+::(?:[^:]*\$)?([\w/.:-]+)::([\w .:/-]{1,100})$/;
const PROPERTY = /^[A-Za-z][\w.[\]-]{0,60}$/;

function toChange(
  { op, urn, diffReasons, replaceReasons }: z.output<typeof stepSchema>,
  hidden: ReadonlySet<string> = new Set(),
): Change | null {
  const said = OPERATIONS[op] ?? 'another operation on';
  if (said === '') return null;
  const reasons = [...new Set([...(replaceReasons ?? []), ...(diffReasons ?? [])])];
  const known = reasons.filter((reason) => !hidden.has(reason));
  if (said === 'update' && known.length === 0 && reasons.length > 0) return null;
  const { type, name } = partsOf(urn);
  return { op: said, type, name, properties: known.filter((reason) => PROPERTY.test(reason)).toSorted() };
}

function partsOf(urn: string): Pick<Change, 'type' | 'name'> {
  const [, type = 'a resource', name = 'of a name that is not shown'] = URN.exec(urn) ?? [];
  return { type, name };
}

/** It names the commit, so that every deploy changes it. */
const isRecord = ({ type, name }: Change): boolean =>
  type === 'aws:ssm/parameter:Parameter' && name === 'deployment';

const nothing = (changes: readonly Change[]): string =>
  changes.some(isRecord) ? 'Nothing changes but the record of the deployment.' : 'Nothing changes.';

function summaryOf(changes: readonly Change[]): string {
  const operations = [...new Set(changes.map(({ op }) => op))].toSorted();
  const counts = operations.map((op) => `${changes.filter((change) => change.op === op).length} ${op}`);
  return `${count(changes.length, 'resource')}: ${counts.join(', ')}`;
}

function tableOf(changes: readonly Change[]): string[] {
  const rows = changes.map(
    ({ op, type, name, properties }) =>
      `| ${op} | ${code(type)} | ${code(name)} | ${properties.map(code).join(', ')} |`,
  );
  return ['| what | type | name | differs in |', '| --- | --- | --- | --- |', ...rows, ''];
}

/** What nobody could compare is said, so that it is not taken for compared. */
function remark(hidden: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const parts = [...hidden].map(([urn, properties]) => {
    const names = [...properties].filter((property) => PROPERTY.test(property)).toSorted();
    return `${code(partsOf(urn).name)} (${names.map(code).join(', ')})`;
  });
  return parts.length === 0
    ? []
    : ['', `<sub>Not compared, as a secret is part of it: ${parts.toSorted().join(', ')}.</sub>`];
}
