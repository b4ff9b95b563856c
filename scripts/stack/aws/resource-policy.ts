/** A call by an AWS service on behalf of one of our resources, as a resource policy sees it. */
export interface ServiceCall {
  /** e.g. `sns.amazonaws.com` */
  readonly service: string;
  readonly action: string;
  readonly resource: string;
  readonly sourceArn: string;
  readonly sourceAccount: string;
}

type OneOrMany<T> = T | readonly T[];

interface Statement {
  readonly Effect: string;
  readonly Principal?: '*' | Readonly<Record<string, OneOrMany<string>>>;
  readonly Action?: OneOrMany<string>;
  readonly Resource?: OneOrMany<string>;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, OneOrMany<string>>>>>;
  readonly Sid?: string;
}

const KNOWN_PARTS: readonly string[] = ['Sid', 'Effect', 'Principal', 'Action', 'Resource', 'Condition'];

/**
 * Whether a resource policy (document or its JSON; none allows nothing) lets an AWS service in.
 * Throws on parts of the policy language that it does not know, rather than guess.
 */
export function allowsService(policy: unknown, call: ServiceCall): boolean {
  if (policy === undefined) return false;
  const document = (typeof policy === 'string' ? JSON.parse(policy) : policy) as {
    Statement?: OneOrMany<Statement>;
  };
  const effects = toList(document.Statement).filter((one) => matches(one, call));
  return effects.some((one) => one.Effect === 'Allow') && !effects.some((one) => one.Effect === 'Deny');
}

function matches(statement: Statement, call: ServiceCall): boolean {
  const unknown = Object.keys(statement).find((part) => !KNOWN_PARTS.includes(part));
  if (unknown !== undefined) throw new Error(`The local stack cannot judge ${unknown} in a resource policy`);
  return (
    matchesPrincipal(statement.Principal, call.service) &&
    toList(statement.Action).some((action) => globMatches(action.toLowerCase(), call.action.toLowerCase())) &&
    toList(statement.Resource).some((resource) => globMatches(resource, call.resource)) &&
    Object.entries(statement.Condition ?? {}).every(([operator, keys]) => holds(operator, keys, call))
  );
}

function matchesPrincipal(principal: Statement['Principal'], service: string): boolean {
  if (principal === undefined || principal === '*') return principal === '*';
  return toList(principal.AWS).includes('*') || toList(principal.Service).includes(service);
}

type Test = (wanted: string, found: string) => boolean;
const OPERATORS: Readonly<Record<string, Test>> = {
  StringEquals: (wanted, found) => wanted === found,
  StringLike: globMatches,
  // AWS treats the two alike: both understand wildcards.
  ArnEquals: globMatches,
  ArnLike: globMatches,
};

function holds(
  operator: string,
  keys: Readonly<Record<string, OneOrMany<string>>>,
  call: ServiceCall,
): boolean {
  const test = OPERATORS[operator];
  if (test === undefined) throw new Error(`The local stack cannot judge the condition ${operator}`);
  const context: Readonly<Record<string, string>> = {
    'aws:sourcearn': call.sourceArn,
    'aws:sourceaccount': call.sourceAccount,
  };
  return Object.entries(keys).every(([key, wanted]) => {
    const found = context[key.toLowerCase()];
    return found !== undefined && toList(wanted).some((one) => test(one, found));
  });
}

function globMatches(glob: string, text: string): boolean {
  const pattern = glob
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${pattern}$`).test(text);
}

function toList<T>(value: OneOrMany<T> | undefined): readonly T[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
}
