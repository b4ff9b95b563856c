import { randomUUID } from 'node:crypto';
import type { AwsError } from '../stand-in.ts';
import { element, xmlResponse } from './xml.ts';

interface Format {
  /** Codes of the shared endpoint as this kind of service names them. */
  readonly names: Readonly<Record<string, readonly [code: string, status: number]>>;
  render(failure: Failure): Response;
}

interface Failure {
  readonly code: string;
  readonly message: string;
  readonly status: number;
}

const jsonNames = (status: number): Format['names'] => ({
  AccessDeniedException: ['AccessDeniedException', status],
  IncompleteSignature: ['IncompleteSignatureException', status],
  InvalidClientTokenId: ['UnrecognizedClientException', status],
  MissingAuthenticationToken: ['MissingAuthenticationTokenException', status],
  RequestTimeTooSkewed: ['InvalidSignatureException', status],
  SignatureDoesNotMatch: ['InvalidSignatureException', status],
});

const awsJson = (version: string): Format => ({
  names: jsonNames(400),
  render: ({ code, message, status }) =>
    jsonResponse({ __type: code, message }, status, code, `application/x-amz-json-${version}`),
});

const restJson: Format = {
  names: jsonNames(403),
  render: ({ code, message, status }) =>
    jsonResponse({ __type: code, message }, status, code, 'application/json'),
};

const queryXml = (namespace: string, accessDenied: string): Format => ({
  names: {
    AccessDeniedException: [accessDenied, 403],
    RequestTimeTooSkewed: ['SignatureDoesNotMatch', 403],
  },
  render: ({ code, message, status }) => {
    const type = element('Type', status < 500 ? 'Sender' : 'Receiver');
    const error = element('Error', [type, element('Code', code), element('Message', message)]);
    const id = element('RequestId', randomUUID());
    return xmlResponse(element('ErrorResponse', [error, id], namespace), { status });
  },
});

const s3: Format = {
  names: {
    AccessDeniedException: ['AccessDenied', 403],
    IncompleteSignature: ['AuthorizationHeaderMalformed', 400],
    InvalidClientTokenId: ['InvalidAccessKeyId', 403],
    MissingAuthenticationToken: ['AccessDenied', 403],
  },
  render: ({ code, message, status }) => {
    const parts = [element('Code', code), element('Message', message), element('RequestId', randomUUID())];
    return xmlResponse(element('Error', parts), { status });
  },
};

/** By the service's name in the credential scope. */
const formats: Readonly<Record<string, Format>> = {
  cloudfront: queryXml('http://cloudfront.amazonaws.com/doc/2020-05-31/', 'AccessDenied'),
  dynamodb: awsJson('1.0'),
  lambda: restJson,
  s3,
  secretsmanager: awsJson('1.1'),
  ses: restJson,
  sns: queryXml('http://sns.amazonaws.com/doc/2010-03-31/', 'AuthorizationError'),
  sqs: awsJson('1.0'),
  ssm: awsJson('1.1'),
};

/** An error in the wire format of the service that was called; an answer to HEAD has no body. */
export function renderAwsError(service: string, error: AwsError, method: string): Response {
  const format = formats[service] ?? restJson;
  const [code, status] = format.names[error.code] ?? [error.code, error.status];
  const response = format.render({ code, message: error.message, status });
  return method === 'HEAD' ? new Response(null, { status, headers: response.headers }) : response;
}

function jsonResponse(body: unknown, status: number, code: string, contentType: string): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': contentType, 'x-amzn-errortype': code },
  });
}
