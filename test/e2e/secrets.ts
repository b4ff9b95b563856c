import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import * as z from 'zod';
import { createDynamoDb } from '#scripts/stack/aws/dynamodb.ts';
import { tablesOf } from '#scripts/stack/declared-storage.ts';
import type { Graph } from '#scripts/stack/graph.ts';
import { filesBelow } from './look.ts';

/** Some text that the system produced, and where it was found. */
export interface Produced {
  readonly where: string;
  readonly text: string;
}

/** An amount in cents in every way that it might be written: `575757`, `5757.57`, `5,757.57`, `5.757,57`. */
function waysToWrite(cents: number): RegExp {
  const [whole, fraction] = [String(Math.floor(cents / 100)), String(cents % 100).padStart(2, '0')];
  const grouped = (separator: string) => whole.replaceAll(/\B(?=(\d{3})+$)/g, separator);
  const decimals = fraction.endsWith('0') ? `${fraction[0]}0?` : fraction;
  const written = [
    String(cents),
    `${whole}[.,]${decimals}`,
    `${grouped(',')}\\.${decimals}`,
    `${grouped('\\.')},${decimals}`,
  ];
  return new RegExp(`(?<![0-9A-Za-z])(?:${written.join('|')})(?![0-9A-Za-z])`);
}

/** Where any of the amounts is written, as `<place>: <name of the amount>`. */
export const findAmounts = (
  produced: readonly Produced[],
  amounts: Readonly<Record<string, number>>,
): string[] =>
  produced.flatMap(({ where, text }) =>
    Object.entries(amounts)
      .filter(([, cents]) => waysToWrite(cents).test(text))
      .map(([name]) => `${where}: ${name}`),
  );

/** Where some text is. */
export const whereSaid = (produced: readonly Produced[], text: string): string[] =>
  produced.filter((one) => one.text.includes(text)).map(({ where }) => where);

/** Every file below a folder, as text of its bytes. */
export const readFolder = async (folder: string): Promise<Produced[]> =>
  Promise.all(
    (await filesBelow(folder)).map(async (file) => ({
      where: relative(folder, file),
      text: await readFile(file, 'latin1'),
    })),
  );

const scanSchema = z.object({ Items: z.array(z.record(z.string(), z.unknown())) });

/** Every item of every table, by the table's name; only once the stack that owns them is closed. */
export async function readTables(
  directory: string,
  graph: Graph,
): Promise<Record<string, Record<string, unknown>[]>> {
  const tables = tablesOf(graph);
  const dynamodb = await createDynamoDb({ path: join(directory, 'state/dynamodb'), tables });
  const scan = async (TableName: string) => {
    const request = new Request('http://127.0.0.1/', {
      method: 'POST',
      headers: { 'x-amz-target': 'DynamoDB_20120810.Scan' },
      body: JSON.stringify({ TableName }),
    });
    const answer = await dynamodb.fetch(request, { principal: 'test', authorize: () => undefined });
    return scanSchema.parse(await answer.json()).Items;
  };
  const names = tables.map(({ TableName }) => TableName!);
  const items = await Promise.all(names.map(async (name) => [name, await scan(name)] as const));
  await dynamodb.close();
  return Object.fromEntries(items);
}
