import { AwsError, type Caller } from '../stand-in.ts';
import { isAllowed, type PolicyDocument } from './policy.ts';

export interface Credential {
  readonly secretAccessKey: string;
  /** A function's name, `pipeline`, or `cloudfront`. */
  readonly principal: string;
  /** The distribution's ARN, for `cloudfront`. */
  readonly sourceArn?: string;
}

/** One call that was attempted, allowed or not. */
export interface AwsCall {
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
}

export interface CallerOptions {
  credentials(accessKeyId: string): Credential | undefined;
  policiesOf(principal: string): readonly PolicyDocument[];
  record(call: AwsCall): void;
}

export interface Signer {
  readonly secretAccessKey: string;
  readonly caller: Caller;
}

export type Signers = (accessKeyId: string) => Signer | undefined;

/** Knows who holds an access key and what they may do. */
export function createSigners({ credentials, policiesOf, record }: CallerOptions): Signers {
  return (accessKeyId) => {
    const credential = credentials(accessKeyId);
    if (credential === undefined) return undefined;
    const { secretAccessKey, principal, sourceArn } = credential;
    const authorize = (action: string, resource: string): void => {
      record({ principal, action, resource });
      if (!isAllowed(policiesOf(principal), action, resource))
        throw accessDenied(principal, action, resource);
    };
    return { secretAccessKey, caller: { principal, sourceArn, authorize } };
  };
}

/** Whoever sends a request without a signature. */
export const anonymous: Caller = {
  principal: 'anonymous',
  authorize(action, resource) {
    throw accessDenied('anonymous', action, resource);
  },
};

export function accessDenied(principal: string, action: string, resource: string): AwsError {
  return new AwsError(
    'AccessDeniedException',
    `User: ${principal} is not authorized to perform: ${action} on resource: ${resource}`,
    403,
  );
}
