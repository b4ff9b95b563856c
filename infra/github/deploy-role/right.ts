import type { StackConfig } from '../../config.ts';
import type { Names } from '../declared-names.ts';
import type { Statement } from '../../policies.ts';

/** One thing that the deploy workflow may do; why, and why no more, is said in `deploy-rights.ts`. */
export interface Right extends Statement {
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

export interface DeployScope {
  readonly config: StackConfig;
  readonly names: Names;
  readonly distributions: readonly string[];
  readonly certificates: readonly string[];
  /** `cache-policy/<id>` */
  readonly edgePolicies: readonly string[];
  /** Ids of the HTTP APIs. */
  readonly apis: readonly string[];
}

export const allow = (Action: readonly string[], Resource: readonly string[]): Right => ({
  Effect: 'Allow',
  Action,
  Resource,
});

/** `of('sqs', 'TagQueue')` → `['sqs:TagQueue']`. */
export const of = (service: string, ...operations: readonly string[]): string[] =>
  operations.map((name) => `${service}:${name}`);

/** A statement without a resource is none. */
export const some = (actions: readonly string[], resources: readonly string[]): Right[] =>
  resources.length === 0 ? [] : [allow(actions, resources)];
