import * as aws from '@pulumi/aws';
import * as awsNative from '@pulumi/aws-native';
import * as pulumi from '@pulumi/pulumi';
import { useBoundary } from './github/boundary.ts';
import type { StackConfig } from './config.ts';
import { watchNames, type Names } from './github/declared-names.ts';

/**
 * Gives every resource that is declared afterwards the region and account of the configuration,
 * so that a wrong profile on the deploying machine is an error and not a second installation, and every function's role
 * its boundary. The names of all that are in the answer.
 */
export function useProviders(config: StackConfig): pulumi.Output<Names> {
  const { region, accountId, stack } = config;
  const tags = { project: 'bosun', stack };
  const providers: Readonly<Record<string, pulumi.ProviderResource>> = {
    aws: new aws.Provider('aws', { region, allowedAccountIds: [accountId], defaultTags: { tags } }),
    'aws-native': new awsNative.Provider('aws-native', {
      region,
      allowedAccountIds: [accountId],
      defaultTags: { tags },
    }),
  };
  pulumi.runtime.registerStackTransformation(({ type, props, opts }) => {
    const provider = providers[type.split(':')[0] ?? ''];
    return provider === undefined ? undefined : { props, opts: { ...opts, provider } };
  });
  const names = watchNames();
  useBoundary(config, names);
  return names;
}
