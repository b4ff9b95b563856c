import * as z from 'zod';

const oneOrMore = z.union([z.string(), z.array(z.string()).min(1)]);

const principalSchema = z.union([
  z.literal('*'),
  z.strictObject({ AWS: z.literal('*') }),
  z.strictObject({ Service: oneOrMore }),
]);

const identityStatement = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Action: oneOrMore,
  Resource: oneOrMore,
});

const resourceStatement = identityStatement.extend({
  Principal: principalSchema,
  Condition: z.strictObject({ StringEquals: z.strictObject({ 'AWS:SourceArn': oneOrMore }) }).optional(),
});

const documentOf = <T extends z.ZodType>(statement: T) =>
  z.strictObject({
    Version: z.literal('2012-10-17').optional(),
    Id: z.string().optional(),
    Statement: z.preprocess((given) => [given].flat(), z.array(statement)),
  });

const identityPolicy = documentOf(identityStatement);
const resourcePolicy = documentOf(resourceStatement);

type Statement = z.infer<typeof identityStatement>;
type ResourceStatement = z.infer<typeof resourceStatement>;

/** An IAM policy as written; it is checked element by element when it is used. */
export interface PolicyDocument {
  readonly Version?: string;
  readonly Id?: string;
  readonly Statement: unknown;
}

/** Who asks, as the policy of a bucket sees it. */
export interface Requester {
  readonly service?: string;
  readonly sourceArn?: string;
}

/**
 * Whether a role with these policies may do `action` on `resource`: some statement allows it and none denies it.
 * Throws on any element it does not know, so that a policy is never silently misread.
 */
export function isAllowed(policies: readonly PolicyDocument[], action: string, resource: string): boolean {
  const effects = policies
    .flatMap((policy) => statementsOf<Statement>(identityPolicy, policy))
    .filter((statement) => concerns(statement, action, resource))
    .map((statement) => statement.Effect);
  return effects.includes('Allow') && !effects.includes('Deny');
}

/** What a resource's own policy says of a requester: a role of the same account still needs one of the two to allow. */
export function judgeByResourcePolicy(
  policy: PolicyDocument,
  requester: Requester,
  action: string,
  resource: string,
): 'allowed' | 'denied' | 'not mentioned' {
  const effects = statementsOf<ResourceStatement>(resourcePolicy, policy)
    .filter((statement) => isAbout(statement, requester) && concerns(statement, action, resource))
    .map((statement) => statement.Effect);
  if (effects.includes('Deny')) return 'denied';
  return effects.includes('Allow') ? 'allowed' : 'not mentioned';
}

/** Throws when a resource's policy holds an element that the matcher does not know. */
export function checkResourcePolicy(policy: PolicyDocument): void {
  statementsOf<ResourceStatement>(resourcePolicy, policy);
}

function statementsOf<T extends Statement>(
  schema: z.ZodType<{ Statement: T[] }>,
  policy: PolicyDocument,
): T[] {
  const parsed = schema.safeParse(policy);
  if (!parsed.success) {
    throw new Error(
      `A policy has elements that the local stack does not know:\n${z.prettifyError(parsed.error)}`,
    );
  }
  const statements = parsed.data.Statement;
  const variable = statements
    .flatMap((statement) => list(statement.Resource))
    .find((arn) => arn.includes('${'));
  if (variable !== undefined) throw new Error(`The local stack knows no policy variables: ${variable}`);
  return statements;
}

function isAbout(statement: ResourceStatement, requester: Requester): boolean {
  const { Principal: principal, Condition: condition } = statement;
  const named =
    typeof principal === 'object' && 'Service' in principal
      ? requester.service !== undefined && list(principal.Service).includes(requester.service)
      : true;
  if (!named || condition === undefined) return named;
  return (
    requester.sourceArn !== undefined &&
    list(condition.StringEquals['AWS:SourceArn']).includes(requester.sourceArn)
  );
}

/** Actions match in any letter case, resources exactly. */
function concerns(statement: Statement, action: string, resource: string): boolean {
  return (
    list(statement.Action).some((glob) => matches(glob.toLowerCase(), action.toLowerCase())) &&
    list(statement.Resource).some((glob) => matches(glob, resource))
  );
}

const list = (value: string | string[]): string[] => [value].flat();

function matches(glob: string, text: string): boolean {
  const pattern = glob
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${pattern}$`, 's').test(text);
}
