/** DynamoDB's expressions, as far as our code writes them; any other text is refused. Attributes are named `#name` only. */

export type Item = Readonly<Record<string, unknown>>;
export interface Placeholders {
  readonly names: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, unknown>>;
}

type Operand = (item: Item, given: Placeholders) => unknown;
type Test = (item: Item, given: Placeholders) => boolean;
type Change = (item: Item, given: Placeholders) => (next: Record<string, unknown>) => void;

/** Whether an item (`{}` where there is none) fulfils a condition. */
export const holds = (text: string, item: Item, given: Placeholders): boolean =>
  parsed(conditions, text, (tokens) => readOr(tokens))(item, given);

/** The item after an update. What is read on the right is the item before it. */
export function updated(text: string, item: Item, given: Placeholders): Item {
  const changes = parsed(updates, text, readSections);
  const next = { ...item };
  for (const apply of changes.map((change) => change(item, given))) apply(next);
  return next;
}

/** Attribute names of a projection. */
export const projected = (text: string, { names }: Placeholders): string[] =>
  text.split(', ').map((name) => names[name] ?? refuse(`the projection ${text}`));

const conditions = new Map<string, Test>();
const updates = new Map<string, Change[]>();

interface Tokens {
  readonly text: string;
  readonly list: readonly string[];
  at: number;
}

function parsed<T>(known: Map<string, T>, text: string, read: (tokens: Tokens) => T): T {
  const kept = known.get(text);
  if (kept !== undefined) return kept;
  const list = text.match(/[#:]?\w+|<>|<=|>=|[=<>(),+]|\S/g) ?? [];
  const tokens: Tokens = { text, list, at: 0 };
  const result = read(tokens);
  if (tokens.at < list.length) refuse(`“${list[tokens.at]}” in: ${text}`);
  known.set(text, result);
  return result;
}

function refuse(what: string): never {
  throw new Error(`the memory table does not know ${what}`);
}

const peek = ({ list, at }: Tokens): string => list[at] ?? '';
const next = (tokens: Tokens): string => tokens.list[tokens.at++] ?? '';
function take(tokens: Tokens, word: string): boolean {
  if (peek(tokens) !== word) return false;
  tokens.at += 1;
  return true;
}
function expect(tokens: Tokens, word: string): void {
  if (!take(tokens, word)) refuse(`“${peek(tokens)}” where “${word}” should be: ${tokens.text}`);
}

function readOr(tokens: Tokens): Test {
  const tests = [readAnd(tokens)];
  while (take(tokens, 'OR')) tests.push(readAnd(tokens));
  return tests.length === 1 ? tests[0]! : (item, given) => tests.some((test) => test(item, given));
}

function readAnd(tokens: Tokens): Test {
  const tests = [readTest(tokens)];
  while (take(tokens, 'AND')) tests.push(readTest(tokens));
  return tests.length === 1 ? tests[0]! : (item, given) => tests.every((test) => test(item, given));
}

function readTest(tokens: Tokens): Test {
  if (take(tokens, '(')) {
    const inner = readOr(tokens);
    expect(tokens, ')');
    return inner;
  }
  const name = peek(tokens);
  if (Object.hasOwn(FUNCTIONS, name)) return FUNCTIONS[name]!(readArguments(tokens));
  return readComparison(tokens);
}

const FUNCTIONS: Readonly<Record<string, (operands: readonly Operand[]) => Test>> = {
  attribute_exists:
    ([one]) =>
    (item, given) =>
      one!(item, given) !== undefined,
  attribute_not_exists:
    ([one]) =>
    (item, given) =>
      one!(item, given) === undefined,
  begins_with:
    ([one, prefix]) =>
    (item, given) => {
      const value = one!(item, given);
      return typeof value === 'string' && value.startsWith(String(prefix!(item, given)));
    },
};

function readArguments(tokens: Tokens): Operand[] {
  next(tokens);
  return readList(tokens);
}

function readList(tokens: Tokens): Operand[] {
  expect(tokens, '(');
  const operands = [readOperand(tokens)];
  while (take(tokens, ',')) operands.push(readOperand(tokens));
  expect(tokens, ')');
  return operands;
}

function readComparison(tokens: Tokens): Test {
  const left = readOperand(tokens);
  if (take(tokens, 'BETWEEN')) {
    const from = readOperand(tokens);
    expect(tokens, 'AND');
    const to = readOperand(tokens);
    return (item, given) =>
      ordered(left(item, given), from(item, given), (order) => order >= 0) &&
      ordered(left(item, given), to(item, given), (order) => order <= 0);
  }
  if (take(tokens, 'IN')) {
    const list = readList(tokens);
    return (item, given) => list.some((one) => isSame(left(item, given), one(item, given)));
  }
  const compare = COMPARISONS[next(tokens)] ?? refuse(`a comparison in: ${tokens.text}`);
  const right = readOperand(tokens);
  return (item, given) => compare(left(item, given), right(item, given));
}

const COMPARISONS: Readonly<Record<string, (left: unknown, right: unknown) => boolean>> = {
  '=': (left, right) => left !== undefined && isSame(left, right),
  '<>': (left, right) => !isSame(left, right),
  '<': (left, right) => ordered(left, right, (order) => order < 0),
  '<=': (left, right) => ordered(left, right, (order) => order <= 0),
  '>': (left, right) => ordered(left, right, (order) => order > 0),
  '>=': (left, right) => ordered(left, right, (order) => order >= 0),
};

/** Dynalite and DynamoDB differ on lists and maps, so nothing of ours may depend on it. */
const isSame = (left: unknown, right: unknown): boolean =>
  typeof left === 'object' ? refuse('how lists and maps compare') : left === right;

/** Values of different types have no order. */
function ordered(left: unknown, right: unknown, test: (order: number) => boolean): boolean {
  if (typeof left === 'number' && typeof right === 'number') return test(left - right);
  if (typeof left !== 'string' || typeof right !== 'string') return false;
  return test(left < right ? -1 : left > right ? 1 : 0);
}

function readOperand(tokens: Tokens): Operand {
  const token = next(tokens);
  if (token.startsWith('#')) return (item, { names }) => item[names[token] ?? refuse(`the name ${token}`)];
  if (token.startsWith(':'))
    return (_, { values }) => (Object.hasOwn(values, token) ? values[token] : refuse(`a value for ${token}`));
  return refuse(`“${token}” as an operand in: ${tokens.text}`);
}

function readSections(tokens: Tokens): Change[] {
  const changes: Change[] = [];
  while (tokens.at < tokens.list.length) {
    const read = SECTIONS[next(tokens)] ?? refuse(`the update ${tokens.text}`);
    do changes.push(read(tokens));
    while (take(tokens, ','));
  }
  return changes;
}

const SECTIONS: Readonly<Record<string, (tokens: Tokens) => Change>> = {
  SET(tokens) {
    const name = next(tokens);
    expect(tokens, '=');
    const value = readSum(tokens);
    return (item, given) => {
      const result = value(item, given);
      return (target) => void (target[given.names[name] ?? refuse(`the name ${name}`)] = result);
    };
  },
  REMOVE(tokens) {
    const name = next(tokens);
    return (_, given) => (target) => void delete target[given.names[name] ?? refuse(`the name ${name}`)];
  },
  ADD(tokens) {
    const name = next(tokens);
    const amount = readOperand(tokens);
    return (item, given) => {
      const attribute = given.names[name] ?? refuse(`the name ${name}`);
      const sum = Number(item[attribute] ?? 0) + Number(amount(item, given));
      return (target) => void (target[attribute] = sum);
    };
  },
};

function readSum(tokens: Tokens): Operand {
  const left = readTerm(tokens);
  if (!take(tokens, '+')) return left;
  const right = readTerm(tokens);
  return (item, given) => Number(left(item, given)) + Number(right(item, given));
}

function readTerm(tokens: Tokens): Operand {
  if (take(tokens, 'if_not_exists')) {
    const [one, other] = readList(tokens);
    return (item, given) => one!(item, given) ?? other!(item, given);
  }
  if (!take(tokens, 'list_append')) return readOperand(tokens);
  expect(tokens, '(');
  const head = readTerm(tokens);
  expect(tokens, ',');
  const tail = readTerm(tokens);
  expect(tokens, ')');
  return (item, given) => [...(head(item, given) as unknown[]), ...(tail(item, given) as unknown[])];
}
