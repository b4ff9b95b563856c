import * as z from 'zod';
import { parseEnv } from '#functions/env.ts';

const schema = z.object({
  ORIGIN_SECRET: z
    .string()
    .transform((list) => list.split(','))
    .describe('the secret that CloudFront sends to the APIs, or both as new,old during rotation'),
  DEPLOY_COMMIT: z
    .string()
    .regex(/^[0-9a-f]{40}$/, 'expected 40 hexadecimal digits')
    .describe('the full hash of the deployed commit'),
  DEPLOY_TIME: z.iso
    .datetime({ offset: true, error: 'expected an instant' })
    .describe("the commit's time, git show -s --format=%cI"),
});

/** The environment of the job that deploys; everything else is in `stacks.ts`. Throws when something is missing. */
export const readDeployEnvironment = (environment: Readonly<Record<string, string | undefined>>) =>
  parseEnv('the Pulumi program', schema, environment);
