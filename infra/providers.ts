import * as aws from '@pulumi/aws';
import * as awsNative from '@pulumi/aws-native';
import * as pulumi from '@pulumi/pulumi';
import type { StackConfig } from './config.ts';

/**
 * Gives every resource that is declared afterwards the region and account of the configuration,
 * so that a wrong profile on the deploying machine is an error and not a second installation.
 */
export function useProviders({ region, accountId, stack }: StackConfig): void {
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
}
