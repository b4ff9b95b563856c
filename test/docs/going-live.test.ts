import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { assertDeployable, stackConfig } from '#infra/config.ts';
import { ROOT } from '#scripts/repository.ts';
import { messageOf } from '#test/fixtures/refusals.ts';
import { untouched } from '#test/fixtures/stacks.ts';
import { readDocument } from './read-document.ts';

const guide = readDocument('going-live');

describe('the guide to going live', () => {
  it('names every field that a deploy asks for', () => {
    const config = stackConfig('prod', {
      ...untouched,
      originSecrets: [],
      deployment: { commit: '', time: '' },
    });
    const asked = messageOf(() => assertDeployable(config));
    const fields = Array.from(asked.matchAll(/^ {2}(\w+)(?:\.(\w+))?/gm), ([, field, part]) => ({
      field: field!,
      part,
    }));
    expect(fields.length).toBeGreaterThan(5);
    const unsaid = fields.filter(({ field, part }) => !isNamed(field === 'mail' ? `mail.${part}` : field));
    expect(unsaid).toEqual([]);
  });

  it('names every variable and secret that the workflows use, and no other', () => {
    const folder = join(ROOT, '.github/workflows');
    const workflows = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
    const used = workflows.flatMap((text) =>
      Array.from(text.matchAll(/\b(?:vars|secrets)\.([A-Z_]+)/g), ([, name]) => name!),
    );
    const named = Array.from(guide.matchAll(/`(BOSUN_[A-Z_]+|ORIGIN_SECRET)`/g), ([, name]) => name!);
    const unique = (names: string[]) => [...new Set(names)].toSorted();
    expect(unique(named)).toEqual(unique(used.filter((name) => name !== 'GITHUB_TOKEN')));
  });

  /** As `mail.captain`, or as `.manager` behind it; the origin secret by its variable. */
  const isNamed = (field: string) =>
    guide.includes(`\`${field}\``) ||
    guide.includes(`\`${field.replace(/^mail/, '')}\``) ||
    (field === 'originSecrets' && guide.includes('ORIGIN_SECRET'));
});
