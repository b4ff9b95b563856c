/**
 * What every stand-in of the local stack has in common: it answers HTTP as the real service would,
 * refuses what the real service refuses, and answers 501 to anything it does not implement.
 */
export type Fetch = (request: Request) => Promise<Response>;

/** Who signed an AWS request, and what its role allows. */
export interface Caller {
  /** A function's name, `pipeline`, or `cloudfront` (then with the distribution's ARN). */
  readonly principal: string;
  readonly sourceArn?: string;
  /** Records the call and throws {@link AwsError} `AccessDeniedException` unless the caller's role allows it. */
  authorize(action: string, resource: string): void;
}

/** One AWS service behind the shared endpoint; the signature has been verified before it is called. */
export type AwsService = (request: Request, caller: Caller) => Promise<Response>;

/** An error as an AWS service reports it; the service turns it into its own wire format. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}
