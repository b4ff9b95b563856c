import * as z from 'zod';
import { AwsError } from '../stand-in.ts';

export type Input = Readonly<Record<string, unknown>>;

const oneTable = z.looseObject({ TableName: z.string() });
const tableOrIndex = oneTable.extend({ IndexName: z.string().optional() });
const severalTables = z.looseObject({ RequestItems: z.record(z.string(), z.unknown()) });

const table = (input: Input): string[] => [parse(oneTable, input).TableName];

const queried = (input: Input): string[] => {
  const { TableName, IndexName } = parse(tableOrIndex, input);
  return [IndexName === undefined ? TableName : `${TableName}/index/${IndexName}`];
};

const batched = (input: Input): string[] => Object.keys(parse(severalTables, input).RequestItems);

/** What each operation touches: `<table>` or `<table>/index/<index>`, the end of an ARN. */
export const operations: Readonly<Record<string, (input: Input) => string[]>> = {
  BatchGetItem: batched,
  BatchWriteItem: batched,
  DeleteItem: table,
  DescribeTable: table,
  GetItem: table,
  PutItem: table,
  Query: queried,
  Scan: queried,
  UpdateItem: table,
};

function parse<T>(schema: z.ZodType<T>, input: Input): T {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new AwsError('ValidationException', z.prettifyError(parsed.error));
}
