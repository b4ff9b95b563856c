import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { createDocumentClient } from '#functions/adapters/dynamodb.ts';
import { HEAD } from '#functions/adapters/ledger-items.ts';
import type { Endpoints } from './endpoints.ts';

/**
 * Frees a lease that a killed run left behind: whoever starts a stack owns its directory, so its holder is dead.
 * Nothing else of the ledger is touched; what that run had in hand is still open.
 */
export async function freeLease({ aws, region, tables }: Endpoints): Promise<void> {
  const { endpoint, ...credentials } = aws;
  const document = createDocumentClient(new DynamoDBClient({ endpoint, region, credentials }));
  const head = { TableName: tables.ledger, Key: { pk: HEAD } };
  const { Item } = await document.send(new GetCommand(head));
  if (Item?.['lease_owner'] === undefined) return;
  const UpdateExpression = 'REMOVE lease_owner, lease_expires, lease_claim';
  await document.send(new UpdateCommand({ ...head, UpdateExpression }));
}
