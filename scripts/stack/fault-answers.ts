import { renderAwsError } from './aws/error-formats.ts';
import { refuse } from './aws/http-api-response.ts';
import { serviceOf } from './fault-calls.ts';
import { GoogleError, toErrorResponse } from './google/google-error.ts';
import type { Place } from './ports.ts';
import { AwsError } from './stand-in.ts';

export type Failing = 'error' | 'throttle';

/** The answer of a service that fails, or that is asked too often, in that service's own words. */
export function failingAnswer(how: Failing, place: Place, request: Request): Response {
  const answer = (ANSWERS[place] ?? plain)(how, request);
  // SDK clients set their clock by this header, so it must be the clock that signatures are judged by.
  answer.headers.set('date', new Date().toUTCString());
  return answer;
}

const ANSWERS: Readonly<Partial<Record<Place, (how: Failing, request: Request) => Response>>> = {
  aws: aws,
  dashboard: (how) => refuse(STATUS[how]),
  scc: (how) => refuse(STATUS[how]),
  portal: (how) => refuse(STATUS[how]),
  google: (how) => toErrorResponse(GOOGLE[how]),
};

const STATUS: Readonly<Record<Failing, number>> = { error: 500, throttle: 429 };

const GOOGLE: Readonly<Record<Failing, GoogleError>> = {
  error: new GoogleError(500, 'backendError', 'Backend Error'),
  throttle: new GoogleError(429, 'rateLimitExceeded', 'Rate Limit Exceeded', { domain: 'usageLimits' }),
};

const plain = (how: Failing): Response => new Response('The request failed.\n', { status: STATUS[how] });

/** Codes and statuses of each service's API reference, section "Common Errors". */
const AWS: Readonly<Record<string, Readonly<Record<Failing, readonly [code: string, status: number]>>>> = {
  cloudfront: { error: ['InternalError', 500], throttle: ['Throttling', 400] },
  dynamodb: { error: ['InternalServerError', 500], throttle: ['ThrottlingException', 400] },
  lambda: { error: ['ServiceException', 500], throttle: ['TooManyRequestsException', 429] },
  s3: { error: ['InternalError', 500], throttle: ['SlowDown', 503] },
  secretsmanager: { error: ['InternalServiceError', 500], throttle: ['ThrottlingException', 400] },
  ses: { error: ['InternalServiceErrorException', 500], throttle: ['TooManyRequestsException', 429] },
  sns: { error: ['InternalFailure', 500], throttle: ['Throttling', 400] },
  sqs: { error: ['InternalFailure', 500], throttle: ['ThrottlingException', 400] },
  ssm: { error: ['InternalServerError', 500], throttle: ['ThrottlingException', 400] },
};
const OTHER = { error: ['InternalFailure', 500], throttle: ['ThrottlingException', 400] } as const;

function aws(how: Failing, request: Request): Response {
  const service = serviceOf(request);
  const [code, status] = (AWS[service] ?? OTHER)[how];
  return renderAwsError(service, new AwsError(code, 'An injected fault', status), request.method);
}
