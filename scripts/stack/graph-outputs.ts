/** What only a running stack knows: the addresses that AWS would give out. */
export interface Addresses {
  /** HTTP API (name in the graph) → its URL, no slash at the end. */
  readonly apiUrls: Readonly<Record<string, string>>;
  /** Distribution (name in the graph) → its URL. */
  readonly distributions: Readonly<Record<string, string>>;
  /** The shared AWS endpoint; queue URLs are below it. */
  readonly endpoint: string;
}

export interface GraphContext extends Addresses {
  readonly accountId: string;
  readonly region: string;
}

export type Inputs = Readonly<Record<string, unknown>>;

/** What AWS would add to a new resource: its id, and the outputs that are not inputs. */
export interface Created {
  readonly id: string;
  readonly state: Readonly<Record<string, unknown>>;
}

export type OutputTable = Readonly<
  Record<string, (name: string, inputs: Inputs, context: GraphContext) => Created>
>;

/**
 * Resource type → what it answers with. Deliberately incomplete: an output that nothing in the program uses
 * is not here, and using one that is not here is refused by the reader.
 */
export const graphOutputs: OutputTable = {
  'pulumi:providers:aws': named,
  'pulumi:providers:aws-native': named,

  'aws:dynamodb/table:Table': (_, inputs, context) => {
    const name = text(inputs, 'name');
    return { id: name, state: { arn: arn(context, 'dynamodb', `table/${name}`) } };
  },
  'aws:secretsmanager/secret:Secret': (_, inputs, context) => {
    // AWS adds six characters, so that a policy written for the bare name would not do.
    const secret = arn(context, 'secretsmanager', `secret:${text(inputs, 'name')}-Ab12Cd`);
    return { id: secret, state: { arn: secret } };
  },
  'aws:ssm/parameter:Parameter': (_, inputs, context) => {
    const name = text(inputs, 'name');
    return { id: name, state: { arn: arn(context, 'ssm', `parameter${name}`) } };
  },

  'aws:s3/bucket:Bucket': (_, inputs, context) => {
    const bucket = text(inputs, 'bucket');
    const bucketRegionalDomainName = `${bucket}.s3.${context.region}.amazonaws.com`;
    return { id: bucket, state: { arn: `arn:aws:s3:::${bucket}`, bucketRegionalDomainName } };
  },
  'aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock': partOf('bucket'),
  'aws:s3/bucketOwnershipControls:BucketOwnershipControls': partOf('bucket'),
  'aws:s3/bucketVersioning:BucketVersioning': partOf('bucket'),
  'aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration': partOf('bucket'),
  'aws:s3/bucketPolicy:BucketPolicy': partOf('bucket'),
  'aws:s3/bucketCorsConfiguration:BucketCorsConfiguration': partOf('bucket'),
  'aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration': partOf('bucket'),
  'aws:s3/bucketNotification:BucketNotification': partOf('bucket'),

  'aws:iam/role:Role': (_, inputs, { accountId }) => {
    const name = text(inputs, 'name');
    return { id: name, state: { arn: `arn:aws:iam::${accountId}:role/${name}` } };
  },
  'aws:iam/policy:Policy': (_, inputs, { accountId }) => {
    const policy = `arn:aws:iam::${accountId}:policy/${text(inputs, 'name')}`;
    return { id: policy, state: { arn: policy } };
  },
  'aws:iam/rolePolicyAttachment:RolePolicyAttachment': named,
  'aws:iam/openIdConnectProvider:OpenIdConnectProvider': named,
  'aws:iam/rolePolicy:RolePolicy': (name, inputs) => ({ id: `${text(inputs, 'role')}:${name}`, state: {} }),

  'aws:budgets/budget:Budget': named,
  'aws:cloudwatch/dashboard:Dashboard': named,
  'aws:cloudwatch/metricAlarm:MetricAlarm': (_, inputs, context) => {
    const name = text(inputs, 'name');
    return { id: name, state: { arn: arn(context, 'cloudwatch', `alarm:${name}`) } };
  },
  'aws:cloudwatch/logGroup:LogGroup': (_, inputs, context) => {
    const name = text(inputs, 'name');
    return { id: name, state: { arn: arn(context, 'logs', `log-group:${name}`) } };
  },
  'aws:lambda/function:Function': (_, inputs, context) => {
    const name = text(inputs, 'name');
    const functionArn = arn(context, 'lambda', `function:${name}`);
    const invokeArn = `arn:aws:apigateway:${context.region}:lambda:path/2015-03-31/functions/${functionArn}/invocations`;
    // The stand-in counts versions itself; here it is the one that this program would publish.
    return { id: name, state: { arn: functionArn, invokeArn, version: '1' } };
  },
  'aws:lambda/alias:Alias': (_, inputs, context) => {
    const aliasArn = arn(
      context,
      'lambda',
      `function:${text(inputs, 'functionName')}:${text(inputs, 'name')}`,
    );
    const invokeArn = `arn:aws:apigateway:${context.region}:lambda:path/2015-03-31/functions/${aliasArn}/invocations`;
    return { id: aliasArn, state: { arn: aliasArn, invokeArn } };
  },
  'aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig': named,
  'aws:lambda/permission:Permission': named,
  'aws:lambda/eventSourceMapping:EventSourceMapping': named,

  'aws:sns/topic:Topic': (_, inputs, context) => {
    const topic = arn(context, 'sns', text(inputs, 'name'));
    return { id: topic, state: { arn: topic } };
  },
  'aws:sns/topicPolicy:TopicPolicy': partOf('arn'),
  'aws:sns/topicSubscription:TopicSubscription': (name, inputs) => {
    const subscription = `${text(inputs, 'topic')}:${name}`;
    return { id: subscription, state: { arn: subscription } };
  },
  'aws:sqs/queue:Queue': (_, inputs, context) => {
    const name = text(inputs, 'name');
    const url = `${context.endpoint}/${context.accountId}/${name}`;
    return { id: url, state: { url, arn: arn(context, 'sqs', name) } };
  },
  'aws:sqs/queuePolicy:QueuePolicy': partOf('queueUrl'),

  'aws:apigatewayv2/api:Api': (name, _, context) => {
    const apiEndpoint = reserved(context.apiUrls, 'apiUrls', name);
    return { id: name, state: { apiEndpoint, executionArn: arn(context, 'execute-api', name) } };
  },
  'aws:apigatewayv2/integration:Integration': named,
  'aws:apigatewayv2/authorizer:Authorizer': named,
  'aws:apigatewayv2/route:Route': named,
  'aws:apigatewayv2/stage:Stage': (_, inputs) => ({ id: text(inputs, 'name'), state: {} }),

  'aws:acm/certificate:Certificate': (name, inputs, context) => {
    const domain = text(inputs, 'domainName');
    const proof = {
      domainName: domain,
      resourceRecordName: `_proof.${domain}.`,
      resourceRecordType: 'CNAME',
      resourceRecordValue: `_${name}.acm-validations.aws.`,
    };
    const certificate = arn(context, 'acm', `certificate/${name}`);
    return { id: certificate, state: { arn: certificate, domainValidationOptions: [proof] } };
  },
  'aws:acm/certificateValidation:CertificateValidation': partOf('certificateArn'),
  'aws:route53/record:Record': (name, inputs) => ({ id: name, state: { fqdn: text(inputs, 'name') } }),
  'aws:wafv2/webAcl:WebAcl': (_, inputs, context) => {
    const name = text(inputs, 'name');
    return { id: name, state: { arn: arn(context, 'wafv2', `global/webacl/${name}/id`) } };
  },

  'aws:cloudfront/distribution:Distribution': (name, _, context) => {
    const id = `E${name.toUpperCase().replace(/[^A-Z0-9]/g, '')}`;
    const domainName = new URL(reserved(context.distributions, 'distributions', name)).host;
    return { id, state: { domainName, arn: `arn:aws:cloudfront::${context.accountId}:distribution/${id}` } };
  },
  'aws:cloudfront/originAccessControl:OriginAccessControl': named,
  'aws:cloudfront/cachePolicy:CachePolicy': named,
  'aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy': named,
  'aws-native:cloudfront:Function': (_, inputs, { accountId }) => {
    const functionArn = `arn:aws:cloudfront::${accountId}:function/${text(inputs, 'name')}`;
    return { id: functionArn, state: { functionArn } };
  },

  'aws:sesv2/emailIdentity:EmailIdentity': (_, inputs, context) => {
    const identity = text(inputs, 'emailIdentity');
    const dkimSigningAttributes = { tokens: ['dkim-one', 'dkim-two', 'dkim-three'] };
    return {
      id: identity,
      state: { arn: arn(context, 'ses', `identity/${identity}`), dkimSigningAttributes },
    };
  },
  'aws:sesv2/emailIdentityMailFromAttributes:EmailIdentityMailFromAttributes': partOf('emailIdentity'),
  'aws:sesv2/emailIdentityFeedbackAttributes:EmailIdentityFeedbackAttributes': partOf('emailIdentity'),
  'aws:sesv2/configurationSet:ConfigurationSet': (_, inputs, context) => {
    const name = text(inputs, 'configurationSetName');
    return { id: name, state: { arn: arn(context, 'ses', `configuration-set/${name}`) } };
  },
  'aws:sesv2/configurationSetEventDestination:ConfigurationSetEventDestination': named,
  'aws-native:scheduler:Schedule': named,
};

function named(name: string): Created {
  return { id: name, state: {} };
}

/** A resource that is a setting of another one, and goes by that one's id. */
function partOf(property: string): (name: string, inputs: Inputs) => Created {
  return (_, inputs) => ({ id: text(inputs, property), state: {} });
}

function arn({ region, accountId }: GraphContext, service: string, resource: string): string {
  return `arn:aws:${service}:${region}:${accountId}:${resource}`;
}

function text(inputs: Inputs, property: string): string {
  const value = inputs[property];
  if (typeof value !== 'string') throw new Error(`expected the text "${property}" among its inputs`);
  return value;
}

function reserved(urls: Readonly<Record<string, string>>, field: string, name: string): string {
  const url = urls[name];
  if (url === undefined) throw new Error(`no URL is reserved for it: add "${name}" to ${field}`);
  return url;
}
