export const policyDocument = (statements: readonly object[]) => ({
  Version: '2012-10-17' as const,
  Statement: statements,
});

/** Trust in an AWS service. */
export const trustService = (service: string) =>
  policyDocument([{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: service } }]);

/** What a workflow's token says it runs for. Of a job with an environment it names that, and not the branch. */
export type GithubSubject = 'pull_request' | 'ref:refs/heads/main' | `environment:${string}`;

/**
 * Trust in GitHub's tokens for one repository and one occasion, compared whole and in letter case: no fork, other branch or
 * other repository gets anything. GitHub gives tokens to pull requests of the repository's own branches only. A job of any
 * branch may name an environment, and GitHub makes one that does not exist, without protection: so the branch is asked for
 * as well, which STS can do since February 2026 (IAM user guide, "Available keys for AWS OIDC federation").
 */
export const trustGithub = (provider: string, repository: string, subject: GithubSubject) =>
  policyDocument([
    {
      Effect: 'Allow',
      Action: 'sts:AssumeRoleWithWebIdentity',
      Principal: { Federated: provider },
      Condition: {
        StringEquals: {
          [`${GITHUB}:aud`]: 'sts.amazonaws.com',
          [`${GITHUB}:sub`]: `repo:${repository}:${subject}`,
          ...(subject.startsWith('environment:') && { [`${GITHUB}:ref`]: 'refs/heads/main' }),
        },
      },
    },
  ]);

/** Issuer of the tokens of workflows, without the scheme. */
export const GITHUB = 'token.actions.githubusercontent.com';

/** ListBucket makes a missing key a 404; without it S3 answers 403. */
export const bucketReadableBy = (bucket: string, distribution: string) => {
  const reader = {
    Effect: 'Allow',
    Principal: { Service: 'cloudfront.amazonaws.com' },
    Condition: { StringEquals: { 'AWS:SourceArn': distribution } },
  };
  return policyDocument([
    { ...reader, Action: 's3:GetObject', Resource: `${bucket}/*` },
    { ...reader, Action: 's3:ListBucket', Resource: bucket },
  ]);
};

/** Lets one topic send to a queue. */
export const queueFedBy = (queue: string, topic: string) =>
  policyDocument([
    {
      Effect: 'Allow',
      Principal: { Service: 'sns.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: queue,
      Condition: { ArnEquals: { 'aws:SourceArn': topic } },
    },
  ]);

/** Lets SES report what became of the mails of one configuration set. */
export const topicFedBySes = (topic: string, configurationSet: string, accountId: string) =>
  policyDocument([
    {
      Effect: 'Allow',
      Principal: { Service: 'ses.amazonaws.com' },
      Action: 'sns:Publish',
      Resource: topic,
      Condition: { StringEquals: { 'AWS:SourceAccount': accountId, 'AWS:SourceArn': configurationSet } },
    },
  ]);
