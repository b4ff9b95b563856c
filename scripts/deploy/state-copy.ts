import * as z from 'zod';
import { sha256 } from '#bookings/model/canonical.ts';

/** A state without the secrets that are in it, for previews by those who must not have them. */
export interface StateCopy {
  /** In the form that `pulumi stack import` takes. */
  readonly state: unknown;
  /** URN → the properties that were left out, as a secret is somewhere in them. Nobody can compare those. */
  readonly hidden: ReadonlyMap<string, ReadonlySet<string>>;
  /** What stands in for the origin secret: its hashes have taken the place of the true ones. */
  readonly originSecret: string;
}

const propertiesSchema = z.record(z.string(), z.unknown()).optional();

const exportSchema = z.looseObject({
  deployment: z.looseObject({
    resources: z
      .array(z.looseObject({ urn: z.string(), inputs: propertiesSchema, outputs: propertiesSchema }))
      .default([]),
  }),
});

/**
 * Takes every property out that holds a secret (they are encrypted there, and this needs no key), and puts one of our own in
 * the place of the origin secret, so that a program that is given `originSecret` differs in nothing for that reason.
 * `exported`: what `pulumi stack export` prints.
 */
export function withoutSecrets(exported: unknown): StateCopy {
  const { deployment, ...rest } = exportSchema.parse(exported);
  const hidden = new Map<string, Set<string>>();
  const resources = deployment.resources.map((resource) => {
    const keys = [resource.inputs, resource.outputs].flatMap(secretsIn);
    if (keys.length > 0) hidden.set(resource.urn, new Set(keys));
    const open = (properties: Properties) =>
      properties && Object.fromEntries(Object.entries(properties).filter(([key]) => !keys.includes(key)));
    return { ...resource, inputs: open(resource.inputs), outputs: open(resource.outputs) };
  });
  const { secrets_providers: _, pending_operations: __, ...kept } = deployment;
  const text = JSON.stringify({ ...rest, deployment: { ...kept, resources } });
  return { ...inPlaceOfOriginSecret(text), hidden };
}

type Properties = Readonly<Record<string, unknown>> | undefined;

/** By this key Pulumi marks values that are not plain JSON; by this value, secrets (sdk/go/common/resource/sig). */
const MARK = '4dabf18193072939515e22adb298388d';
const SECRET = '1b47061264138c4ac30d75fd1eb44270';

const secretsIn = (properties: Properties): string[] =>
  Object.entries(properties ?? {})
    .filter(([, value]) => holdsSecret(value))
    .map(([key]) => key);

function holdsSecret(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if ((value as Record<string, unknown>)[MARK] === SECRET) return true;
  return Object.values(value).some(holdsSecret);
}

const STAND_INS = ['preview-in-place-of-an-origin-secret-1', 'preview-in-place-of-an-origin-secret-2'];

/** The functions' environment has the hashes of one secret, or of two while it is changed. */
function inPlaceOfOriginSecret(text: string): Pick<StateCopy, 'state' | 'originSecret'> {
  const [, list = ''] = /"ORIGIN_SECRET_HASH":"([0-9a-f,]+)"/.exec(text) ?? [];
  const hashes = list === '' ? [] : list.split(',').slice(0, STAND_INS.length);
  const replaced = hashes.reduce((all, hash, at) => all.replaceAll(hash, sha256(STAND_INS[at]!)), text);
  const originSecret = STAND_INS.slice(0, Math.max(hashes.length, 1)).join(',');
  return { state: JSON.parse(replaced), originSecret };
}
