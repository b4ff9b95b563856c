import { ResourceNotFoundException } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { UserError } from '#bookings/model/problem.ts';
import { openTable, type Expression, type Table } from './dynamodb.ts';
import { HEAD, type Head } from './ledger-items.ts';
import { readHead } from './ledger-reads.ts';

/** The ledger's table as its writers see it. */
export interface Store {
  readonly name: string;
  readonly client: DynamoDBDocumentClient;
  readonly table: Table;
  /** All of `HEAD` that decides about leases. */
  readHead(): Promise<Head>;
  /** Whether the condition held. Throws a `UserError` when there is no table. */
  updateHead(change: Expression, condition: Expression): Promise<boolean>;
}

export function openStore(name: string, client: DynamoDBDocumentClient): Store {
  const table = openTable(client, name);
  return {
    name,
    client,
    table,
    readHead: () =>
      readHead(client, name, ['fence', 'finished', 'settled', 'lease_owner', 'lease_expires', 'lease_claim']),
    async updateHead(change, condition) {
      try {
        return await table.update({ pk: HEAD }, change, condition);
      } catch (cause) {
        if (!(cause instanceof ResourceNotFoundException)) throw cause;
        const message = `The ledger's table ${name} does not exist: deploy the infrastructure first`;
        throw new UserError(message, [], { cause });
      }
    },
  };
}
