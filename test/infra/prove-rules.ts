import { beforeAll, describe, expect, it } from 'vitest';
import type { Graph } from '#scripts/stack/graph.ts';
import { localGraph } from '#test/fixtures/local-graph.ts';
import { prodGraph } from '#test/fixtures/prod-graph.ts';
import type { Mistake } from './plant.ts';

/** Something that holds for every stack, as a function of its graph that lists where it does not. */
export interface Rule {
  readonly says: string;
  readonly broken: (graph: Graph) => string[];
  /** Each of them has to be found, or the rule would prove nothing. */
  readonly mistakes: readonly Mistake[];
}

/** Tests that every rule holds for the program as it is, and finds every mistake that is planted. */
export function proveRules(rules: readonly Rule[]): void {
  let local: Graph;
  let prod: Graph;
  beforeAll(async () => {
    local = await localGraph();
    prod = await prodGraph();
  });

  describe.each(rules)('$says', ({ broken, mistakes }) => {
    it('on this machine and in production', () => {
      expect({ local: broken(local), prod: broken(prod) }).toEqual({ local: [], prod: [] });
    });

    it.each(mistakes)('and a program that forgets %s is found out', (_, withMistake, says) => {
      expect(broken(withMistake(local))).toContain(says);
    });
  });
}
