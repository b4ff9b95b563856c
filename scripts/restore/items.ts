import { isDeepStrictEqual } from 'node:util';
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { paginateScan, PutCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Item } from '#functions/adapters/dynamodb.ts';

/** How a table differs from a copy of it. */
export interface Difference {
  readonly same: number;
  /** In the copy only. */
  readonly missing: readonly Item[];
  /** Items of the copy that the table has otherwise. */
  readonly different: readonly Item[];
  /** In the table only: mostly written since. */
  readonly since: number;
}

/** Every item of a table, in memory: our tables hold some thousand. */
export async function readItems(document: DynamoDBDocumentClient, table: string): Promise<Item[]> {
  const items: Item[] = [];
  for await (const page of paginateScan({ client: document }, { TableName: table }))
    items.push(...(page.Items ?? []));
  return items;
}

/** What a table looks like beside a copy, by the table's own keys. */
export async function compareWith(
  document: DynamoDBDocumentClient,
  table: string,
  copy: readonly Item[],
): Promise<Difference> {
  const keys = await keyNames(document, table);
  const keyOf = (item: Item) => JSON.stringify(keys.map((key) => item[key]));
  const live = new Map((await readItems(document, table)).map((item) => [keyOf(item), item]));
  const known = copy.filter((item) => live.has(keyOf(item)));
  const different = known.filter((item) => !isDeepStrictEqual(item, live.get(keyOf(item))));
  return {
    same: known.length - different.length,
    missing: copy.filter((item) => !live.has(keyOf(item))),
    different,
    since: live.size - known.length,
  };
}

/**
 * Writes what is missing from a table into it, and with `overwrite` what is different too. What was written since stays.
 * An item that comes back by itself meanwhile is left alone.
 */
export async function putBack(
  document: DynamoDBDocumentClient,
  table: string,
  { missing, different }: Difference,
  { overwrite }: { readonly overwrite: boolean },
): Promise<void> {
  const [hash] = await keyNames(document, table);
  const absent = {
    ConditionExpression: 'attribute_not_exists(#key)',
    ExpressionAttributeNames: { '#key': hash! },
  };
  const puts = [
    ...missing.map((Item) => ({ TableName: table, Item, ...absent })),
    ...(overwrite ? different.map((Item) => ({ TableName: table, Item })) : []),
  ];
  for (let at = 0; at < puts.length; at += AT_ONCE)
    await Promise.all(
      puts.slice(at, at + AT_ONCE).map((put) => document.send(new PutCommand(put)).catch(ignorePresent)),
    );
}

/** A table without traffic takes far more writes a second than this many connections make. */
const AT_ONCE = 20;

function ignorePresent(error: unknown): void {
  if (!(error instanceof Error && error.name === 'ConditionalCheckFailedException')) throw error;
}

/** Names of the key attributes, the partition key first. */
export async function keyNames(document: DynamoDBDocumentClient, table: string): Promise<string[]> {
  const { Table } = await document.send(new DescribeTableCommand({ TableName: table }));
  return (Table?.KeySchema ?? []).map(({ AttributeName }) => AttributeName!);
}
