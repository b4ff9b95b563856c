import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { openTable } from '#functions/adapters/dynamodb.ts';

interface BatchGet {
  readonly input: { readonly RequestItems: { readonly t: { readonly Keys: { readonly id: string }[] } } };
}

/** A table under load: it answers at most so many keys a call. */
function start(perCall: number) {
  const asked: number[] = [];
  const waits: number[] = [];
  const send = async ({ input }: BatchGet) => {
    const { Keys } = input.RequestItems.t;
    asked.push(Keys.length);
    const left = Keys.slice(perCall);
    return {
      Responses: { t: Keys.slice(0, perCall) },
      UnprocessedKeys: left.length === 0 ? {} : { t: { Keys: left } },
    };
  };
  const document = { send } as unknown as DynamoDBDocumentClient;
  const table = openTable(document, 't', async (milliseconds) => void waits.push(milliseconds));
  return { table, asked, waits };
}

const keys = (count: number) => Array.from({ length: count }, (_, at) => ({ id: String(at) }));

describe('reading many items', () => {
  it('takes a hundred at a time', async () => {
    const { table, asked, waits } = start(100);
    expect(await table.getMany(keys(250))).toEqual(keys(250));
    expect(asked).toEqual([100, 100, 50]);
    expect(waits).toEqual([]);
    expect(await table.getMany([])).toEqual([]);
  });

  it('asks again, after a while, for what was left unread', async () => {
    const { table, asked, waits } = start(40);
    expect(await table.getMany(keys(100))).toEqual(keys(100));
    expect(asked).toEqual([100, 60, 20]);
    expect(waits).toHaveLength(2);
    for (const [at, wait] of waits.entries()) expect(wait).toBeLessThanOrEqual(25 * 2 ** (at + 1));
  });

  it('gives up rather than ask for ever', async () => {
    const { table, asked } = start(0);
    await expect(table.getMany(keys(3))).rejects.toThrow('t left 3 of 3 items unread after 8 rounds');
    expect(asked).toHaveLength(8);
  });
});
