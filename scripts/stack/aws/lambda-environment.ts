import type { LambdaFunction } from './lambda.ts';

/** Names that AWS refuses in a function's own variables (Lambda developer guide, "Defined runtime environment variables"). */
const RESERVED: readonly string[] = [
  '_HANDLER',
  '_X_AMZN_TRACE_ID',
  'AWS_DEFAULT_REGION',
  'AWS_REGION',
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_INITIALIZATION_TYPE',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_ACCESS_KEY',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_LAMBDA_RUNTIME_API',
  'LAMBDA_TASK_ROOT',
  'LAMBDA_RUNTIME_DIR',
];
const MAX_ENVIRONMENT_BYTES = 4096;

/** What `process.env` holds in one instance of a function: its own variables, what Lambda adds, and our endpoint. */
export function instanceEnvironment(
  fn: LambdaFunction,
  platform: { readonly region: string; readonly endpointUrl: string; readonly logStream: string },
): Record<string, string> {
  return {
    TZ: 'UTC',
    LANG: 'en_US.UTF-8',
    ...fn.environment,
    _HANDLER: fn.handler,
    AWS_REGION: platform.region,
    AWS_DEFAULT_REGION: platform.region,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: fn.name,
    AWS_LAMBDA_FUNCTION_VERSION: fn.version ?? '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(fn.memoryMegabytes),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${fn.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: platform.logStream,
    AWS_ACCESS_KEY_ID: fn.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: fn.credentials.secretAccessKey,
    AWS_SESSION_TOKEN: fn.credentials.sessionToken,
    AWS_ENDPOINT_URL: platform.endpointUrl,
    LAMBDA_TASK_ROOT: fn.directory,
  };
}

/** Throws what AWS would refuse when the function is created. */
export function checkEnvironment(fn: LambdaFunction): void {
  const reserved = Object.keys(fn.environment).filter((name) => RESERVED.includes(name));
  if (reserved.length > 0) throw new Error(`${fn.name} sets reserved variables: ${reserved.join(', ')}`);
  const badName = Object.keys(fn.environment).find((name) => !/^[a-zA-Z]\w+$/.test(name));
  if (badName !== undefined) throw new Error(`${fn.name} sets a variable with an invalid name: ${badName}`);
  const bytes = Buffer.byteLength(JSON.stringify(fn.environment));
  if (bytes > MAX_ENVIRONMENT_BYTES) {
    throw new Error(
      `The variables of ${fn.name} take ${bytes} bytes; Lambda allows ${MAX_ENVIRONMENT_BYTES}`,
    );
  }
}
