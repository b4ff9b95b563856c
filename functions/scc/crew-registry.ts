import * as z from 'zod';
import type { Item, Table } from '../adapters/dynamodb.ts';

/** A member of the crew as SCC knows them: contact, activity and link version. Names and roles live in git. */
export interface CrewContact {
  readonly key: string;
  readonly name: string;
  readonly email: string;
  readonly active: boolean;
  /** Raised to revoke all links and sessions of this member. */
  readonly linkVersion: number;
}

export interface CrewRegistry {
  find(member: string): Promise<CrewContact | undefined>;
  list(): Promise<CrewContact[]>;
  put(member: string, contact: { name: string; email: string; active: boolean }): Promise<void>;
  /** False when there is no such member. */
  revoke(member: string): Promise<boolean>;
}

export function createCrewRegistry(table: Table): CrewRegistry {
  return {
    async find(member) {
      const item = await table.get({ crew_id: member });
      return item && toContact(item);
    },
    async list() {
      const contacts: CrewContact[] = [];
      let after: Record<string, string> | undefined;
      do {
        const page = await table.scan({ limit: 200, after });
        contacts.push(...page.items.map(toContact));
        after = page.next;
      } while (after !== undefined);
      return contacts.toSorted((one, other) => (one.key < other.key ? -1 : 1));
    },
    async put(member, { name, email, active }) {
      await table.update(
        { crew_id: member },
        {
          text: 'SET #name = :name, #email = :email, #active = :active, #link_version = if_not_exists(#link_version, :first)',
          values: { name, email, active, first: 1 },
        },
      );
    },
    revoke: (member) =>
      table.update(
        { crew_id: member },
        { text: 'SET #link_version = #link_version + :one', values: { one: 1 } },
        { text: 'attribute_exists(#crew_id)' },
      ),
  };
}

const itemSchema = z.object({
  crew_id: z.string(),
  name: z.string(),
  email: z.string(),
  active: z.boolean(),
  link_version: z.int(),
});

function toContact(item: Item): CrewContact {
  const { crew_id, name, email, active, link_version } = itemSchema.parse(item);
  return { key: crew_id, name, email, active, linkVersion: link_version };
}
