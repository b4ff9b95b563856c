import { listen, type Listening } from '#scripts/stack/listen.ts';
import { renderAwsError } from '#scripts/stack/aws/error-formats.ts';
import { accessDenied } from '#scripts/stack/aws/callers.ts';
import { AwsError, type AwsService, type Caller } from '#scripts/stack/stand-in.ts';

export interface ServedService extends Listening {
  /** Every `action resource` that the service asked about, in order. */
  readonly asked: readonly string[];
  /** What an SDK client needs to talk to it. */
  readonly client: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
    readonly maxAttempts: number;
  };
}

/** One AWS service on a port of its own, for a caller who may do everything but the denied actions. */
export async function serve(
  name: string,
  service: AwsService,
  denied: readonly string[] = [],
): Promise<ServedService> {
  const asked: string[] = [];
  const caller: Caller = {
    principal: 'tester',
    authorize(action, resource) {
      asked.push(`${action} ${resource}`);
      if (denied.includes(action)) throw accessDenied('tester', action, resource);
    },
  };
  const listening = await listen(async (request) => {
    try {
      return await service(request, caller);
    } catch (error) {
      if (error instanceof AwsError) return renderAwsError(name, error, request.method);
      throw error;
    }
  });
  return {
    ...listening,
    asked,
    client: {
      endpoint: listening.url,
      region: 'us-east-1',
      credentials: { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' },
      maxAttempts: 1,
    },
  };
}
