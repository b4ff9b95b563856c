import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { ResolvedBehavior } from './distribution-behaviors.ts';
import type { Answer } from './distribution-cache.ts';
import { EdgeFunctionError, type EdgeEvent, type EdgeResponse } from './distribution-function.ts';
import {
  toEdgeRequest,
  toResponseHeaders,
  withEdgeRequest,
  type ViewerRequest,
} from './distribution-viewer.ts';

/** Runs the functions of a behaviour. Throws {@link EdgeFunctionError} when one fails. */
export function createViewerFunctions(distributionId: string) {
  const toEvent = (eventType: EdgeEvent['context']['eventType'], viewer: ViewerRequest): EdgeEvent => ({
    version: '1.0',
    context: {
      distributionDomainName: `${distributionId.toLowerCase()}.cloudfront.net`,
      distributionId,
      eventType,
      requestId: randomUUID(),
    },
    viewer: { ip: '127.0.0.1' },
    request: toEdgeRequest(viewer),
  });

  return {
    /** The request as the function leaves it, or the function's own answer. */
    async onRequest(
      { viewerRequest }: ResolvedBehavior,
      viewer: ViewerRequest,
    ): Promise<{ readonly viewer: ViewerRequest } | { readonly answer: Answer }> {
      if (viewerRequest === undefined) return { viewer };
      const result = await viewerRequest(toEvent('viewer-request', viewer));
      if ('statusCode' in result) return { answer: toAnswer(result) };
      if (result.headers['host']?.value !== viewer.headers.get('host'))
        throw new EdgeFunctionError('FunctionValidationError', 'the header Host is read-only');
      return { viewer: withEdgeRequest(viewer, result) };
    },

    /** Not run for errors, nor for answers that a function made. */
    async onResponse<T extends { readonly answer: Answer }>(
      { viewerResponse }: ResolvedBehavior,
      viewer: ViewerRequest,
      outcome: T,
    ): Promise<T> {
      if (viewerResponse === undefined) return outcome;
      const event = { ...toEvent('viewer-response', viewer), response: toEdgeResponse(outcome.answer) };
      const result = await viewerResponse(event);
      if (!('statusCode' in result))
        throw new EdgeFunctionError(
          'FunctionValidationError',
          'a viewer-response function returns a response',
        );
      const answer = toAnswer(result);
      return {
        ...outcome,
        answer: result.body === undefined ? { ...answer, body: outcome.answer.body } : answer,
      };
    },
  };
}

function toAnswer(result: EdgeResponse): Answer {
  const { statusCode: status, body = '' } = result;
  const { encoding, data } = typeof body === 'string' ? { encoding: 'text', data: body } : body;
  const bytes = Buffer.from(data, encoding === 'base64' ? 'base64' : 'utf8');
  return { status, headers: toResponseHeaders(result), body: new Uint8Array(bytes) };
}

function toEdgeResponse({ status, headers }: Answer): EdgeResponse {
  const cookies = headers.getSetCookie().map((cookie) => {
    const [, name = '', value = '', attributes] = /^([^=]*)=([^;]*)(?:;\s*(.*))?$/.exec(cookie) ?? [];
    return [name, { value, ...(attributes !== undefined && { attributes }) }];
  });
  const others = [...headers].filter(([name]) => name !== 'set-cookie');
  return {
    statusCode: status,
    statusDescription: STATUS_CODES[status] ?? '',
    headers: Object.fromEntries(others.map(([name, value]) => [name, { value }])),
    cookies: Object.fromEntries(cookies),
  };
}
