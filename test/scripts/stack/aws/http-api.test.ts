import { afterEach, describe, expect, it, vi } from 'vitest';
import { createHttpApi, type HttpApiOptions } from '#scripts/stack/aws/http-api.ts';

const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:scc-api';
const AUTHORIZER = 'arn:aws:lambda:us-east-1:000000000000:function:authorizer';
const INVOKE_AUTHORIZER = `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${AUTHORIZER}/invocations`;

type Call = { arn: string; payload: Record<string, unknown> };
type Reply = { payload: unknown; functionError?: string };

const route = (routeKey: string, more = {}) => ({
  apiId: 'api1',
  routeKey,
  target: 'integrations/i1',
  ...more,
});
const guarded = (routeKey: string) => route(routeKey, { authorizationType: 'CUSTOM', authorizerId: 'a1' });
const integration = {
  apiId: 'api1',
  integrationType: 'AWS_PROXY',
  integrationUri: FUNCTION,
  payloadFormatVersion: '2.0',
};
const authorizer = {
  apiId: 'api1',
  name: 'token',
  authorizerType: 'REQUEST',
  authorizerUri: INVOKE_AUTHORIZER,
  authorizerPayloadFormatVersion: '2.0',
  enableSimpleResponses: true,
  identitySources: [],
  authorizerResultTtlInSeconds: 0,
};
const stage = { apiId: 'api1', name: '$default', autoDeploy: true };

function setUp(
  routes: readonly unknown[],
  options: Partial<HttpApiOptions> = {},
  reply: (call: Call) => Reply | Promise<Reply> = () => ({ payload: { ok: true } }),
) {
  const calls: Call[] = [];
  const api = createHttpApi({
    api: { name: 'scc', protocolType: 'HTTP' },
    stage,
    routes,
    integrations: new Map([['i1', integration]]),
    authorizers: new Map([['a1', authorizer]]),
    invoke: async (arn, payload) => {
      const call = { arn, payload: payload as Call['payload'] };
      calls.push(call);
      return reply(call);
    },
    ...options,
  });
  const send = (path: string, init?: RequestInit) =>
    api.fetch(new Request(`http://127.0.0.1:4000${path}`, init));
  return { calls, send };
}

const authorize =
  (verdict: Reply) =>
  ({ arn }: Call) =>
    arn === AUTHORIZER ? verdict : { payload: { ok: true } };

afterEach(() => vi.useRealTimers());

describe('routing', () => {
  const routes = [
    '$default',
    'ANY /{proxy+}',
    'GET /pets/{proxy+}',
    'GET /pets/dog/{id}',
    'ANY /pets/dog/1',
    'GET /pets/dog/1',
    'GET /pets/{kind}/1',
  ];

  it.each([
    ['GET', '/pets/dog/1', 'GET /pets/dog/1', undefined],
    ['POST', '/pets/dog/1', 'ANY /pets/dog/1', undefined],
    ['GET', '/pets/dog/2', 'GET /pets/dog/{id}', { id: '2' }],
    ['GET', '/pets/cat/1', 'GET /pets/{kind}/1', { kind: 'cat' }],
    ['GET', '/pets/cat/2/3', 'GET /pets/{proxy+}', { proxy: 'cat/2/3' }],
    ['POST', '/pets/cat/2', 'ANY /{proxy+}', { proxy: 'pets/cat/2' }],
    ['GET', '/PETS/dog/1', 'ANY /{proxy+}', { proxy: 'PETS/dog/1' }],
    ['GET', '/', '$default', undefined],
  ])('takes %s %s to %s', async (method, path, routeKey, pathParameters) => {
    const { calls, send } = setUp(routes.map((key) => route(key)));
    await send(path, { method });
    expect(calls[0]!.payload).toMatchObject({ routeKey, requestContext: { routeKey } });
    expect(calls[0]!.payload['pathParameters']).toEqual(pathParameters);
  });

  it.each([
    ['GET', '/api/events'],
    ['POST', '/api/events/'],
    ['POST', '/api/Events'],
    ['POST', '/api'],
    ['POST', '/api/events/e1/more'],
  ])('answers 404 to %s %s without calling anything', async (method, path) => {
    const { calls, send } = setUp([route('POST /api/events'), route('PUT /api/events/{id}')]);
    const response = await send(path, { method });
    expect([response.status, await response.json()]).toEqual([404, { message: 'Not Found' }]);
    expect(calls).toEqual([]);
  });

  it('answers for its own host only, as when a distribution forwards Host', async () => {
    const { calls, send } = setUp([route('$default')], { hosts: ['127.0.0.1:9999'] });
    const response = await send('/');
    expect([response.status, await response.json()]).toEqual([403, { message: 'Forbidden' }]);
    expect(calls).toEqual([]);
  });

  it('keeps a named stage in the path of the event, and answers 404 outside of it', async () => {
    const { calls, send } = setUp([route('GET /pets')], { stage: { ...stage, name: 'dev' } });
    expect((await send('/dev/pets')).status).toBe(200);
    expect(calls[0]!.payload).toMatchObject({ rawPath: '/dev/pets', requestContext: { stage: 'dev' } });
    expect((await send('/pets')).status).toBe(404);
  });
});

describe('the event', () => {
  it('has payload format 2.0', async () => {
    vi.useFakeTimers({ now: new Date('2026-03-12T19:03:58Z'), toFake: ['Date'] });
    const { calls, send } = setUp([route('POST /api/g/{pageId}/presign')]);
    const headers = new Headers({
      'Content-Type': 'application/json',
      Cookie: 'a=1; b=2',
      'User-Agent': 'ua',
    });
    headers.append('X-List', 'one');
    headers.append('X-List', 'two');
    await send('/api/g/x%20y/presign?n=1&n=2&q=a%26b', { method: 'POST', headers, body: '{"é":1}' });
    expect(calls[0]!.payload).toEqual({
      version: '2.0',
      routeKey: 'POST /api/g/{pageId}/presign',
      rawPath: '/api/g/x y/presign',
      rawQueryString: 'n=1&n=2&q=a%26b',
      cookies: ['a=1', 'b=2'],
      headers: {
        'content-type': 'application/json',
        'content-length': '8',
        'user-agent': 'ua',
        'x-list': 'one, two',
        host: '127.0.0.1:4000',
        'x-amzn-trace-id': expect.stringMatching(/^Root=1-/),
        'x-forwarded-for': '127.0.0.1',
        'x-forwarded-port': '4000',
        'x-forwarded-proto': 'http',
      },
      queryStringParameters: { n: '1,2', q: 'a&b' },
      pathParameters: { pageId: 'x y' },
      requestContext: {
        accountId: '000000000000',
        apiId: 'api1',
        domainName: '127.0.0.1:4000',
        domainPrefix: '127',
        http: {
          method: 'POST',
          path: '/api/g/x y/presign',
          protocol: 'HTTP/1.1',
          sourceIp: '127.0.0.1',
          userAgent: 'ua',
        },
        requestId: expect.any(String),
        routeKey: 'POST /api/g/{pageId}/presign',
        stage: '$default',
        time: '12/Mar/2026:19:03:58 +0000',
        timeEpoch: Date.parse('2026-03-12T19:03:58Z'),
      },
      body: '{"é":1}',
      isBase64Encoded: false,
    });
  });

  it.each([
    ['text/plain; charset=utf-8', false],
    ['application/json', false],
    ['application/x-www-form-urlencoded', true],
    ['image/jpeg', true],
    ['application/problem+json', true],
  ])('carries a body of type %s as base64: %s', async (type, isBase64Encoded) => {
    const { calls, send } = setUp([route('$default')]);
    await send('/', { method: 'POST', headers: { 'content-type': type }, body: 'a=b' });
    const body = isBase64Encoded ? 'YT1i' : 'a=b';
    expect(calls[0]!.payload).toMatchObject({ body, isBase64Encoded });
  });

  it('leaves out what the request does not have', async () => {
    const { calls, send } = setUp([route('$default')]);
    await send('/');
    for (const absent of ['cookies', 'queryStringParameters', 'pathParameters', 'stageVariables', 'body'])
      expect(calls[0]!.payload).not.toHaveProperty(absent);
    expect(calls[0]!.payload['requestContext']).not.toHaveProperty('authorizer');
  });

  it('refuses a body over 10 MB without calling the function', async () => {
    const { calls, send } = setUp([route('$default')]);
    const response = await send('/', { method: 'POST', body: new Uint8Array(10 * 1024 * 1024 + 1) });
    expect([response.status, calls]).toEqual([413, []]);
  });
});

describe('the answer', () => {
  const answerTo = async (payload: unknown, functionError?: string) => {
    const { send } = setUp([route('$default')], {}, () => ({
      payload,
      ...(functionError && { functionError }),
    }));
    return send('/');
  };

  it('has status, headers, cookies and body of the reply', async () => {
    const response = await answerTo({
      statusCode: 303,
      headers: { Location: '/crew', 'X-Count': 3 },
      cookies: ['s=1; HttpOnly', 't=2'],
      body: 'see there',
    });
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe('/crew');
    expect(response.headers.get('x-count')).toBe('3');
    expect(response.headers.getSetCookie()).toEqual(['s=1; HttpOnly', 't=2']);
    expect(await response.text()).toBe('see there');
  });

  it('decodes a base64 body', async () => {
    const response = await answerTo({ statusCode: 200, body: '/9j/', isBase64Encoded: true });
    expect(await response.bytes()).toEqual(new Uint8Array([0xff, 0xd8, 0xff]));
  });

  it('takes what has no status code for the body', async () => {
    const response = await answerTo({ ok: true });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toEqual({ ok: true });
    expect(await (await answerTo('Hello')).text()).toBe('Hello');
  });

  it.each([
    ['a status that is no number', { statusCode: 'fine' }],
    ['a status that is none', { statusCode: 42 }],
    ['a body that is no text', { statusCode: 200, body: { a: 1 } }],
    ['headers that are a list', { statusCode: 200, headers: { a: ['b'] } }],
    ['a header that HTTP forbids', { statusCode: 200, headers: { 'a b': 'c' } }],
  ])('is 500 for %s', async (_case, payload) => {
    const response = await answerTo(payload);
    expect([response.status, await response.json()]).toEqual([500, { message: 'Internal Server Error' }]);
  });

  it('is 500 when the function failed, and tells nothing of why', async () => {
    const response = await answerTo({ errorMessage: 'secret detail' }, 'Unhandled');
    expect([response.status, await response.text()]).toEqual([500, '{"message":"Internal Server Error"}']);
  });

  it('is 500 when the function could not be called', async () => {
    const { send } = setUp([route('$default')], {}, () => Promise.reject(new Error('no such function')));
    expect((await send('/')).status).toBe(500);
  });

  it('is 503 when the function takes longer than the integration waits', async () => {
    const integrations = new Map([['i1', { ...integration, timeoutMilliseconds: 50 }]]);
    const { send } = setUp([route('$default')], { integrations }, () => new Promise<Reply>(() => {}));
    const response = await send('/');
    expect([response.status, await response.json()]).toEqual([503, { message: 'Service Unavailable' }]);
  });

  it('is 501 for a route with IAM authorization', async () => {
    const { calls, send } = setUp([route('$default', { authorizationType: 'AWS_IAM' })]);
    expect([(await send('/')).status, calls]).toEqual([501, []]);
  });
});

describe('an authorizer', () => {
  const withSources = (identitySources: string[], ttl = 0) => ({
    authorizers: new Map([['a1', { ...authorizer, identitySources, authorizerResultTtlInSeconds: ttl }]]),
  });
  const allowed: Reply = { payload: { isAuthorized: true, context: { principal: 'operator' } } };

  it('without identity sources is asked every time, and sees all headers', async () => {
    const { calls, send } = setUp([guarded('GET /a')], {}, authorize({ payload: { isAuthorized: false } }));
    const response = await send('/a', { headers: { 'X-Dashboard-Token': 'wrong' } });
    expect([response.status, await response.json()]).toEqual([403, { message: 'Forbidden' }]);
    expect(calls.map(({ arn }) => arn)).toEqual([AUTHORIZER]);
    expect(calls[0]!.payload).toMatchObject({
      version: '2.0',
      type: 'REQUEST',
      routeArn: 'arn:aws:execute-api:us-east-1:000000000000:api1/$default/GET/a',
      identitySource: null,
      routeKey: 'GET /a',
      headers: { 'x-dashboard-token': 'wrong' },
    });
    expect(calls[0]!.payload).not.toHaveProperty('body');
  });

  it('that allows hands its context to the function', async () => {
    const { calls, send } = setUp([guarded('GET /a')], {}, authorize(allowed));
    expect((await send('/a')).status).toBe(200);
    expect(calls[1]).toMatchObject({
      arn: FUNCTION,
      payload: { requestContext: { authorizer: { lambda: { principal: 'operator' } } } },
    });
  });

  it('with two identity sources is not asked when one is missing: 401', async () => {
    const sources = withSources(['$request.header.X-Dashboard-Token', '$request.header.Authorization']);
    const { calls, send } = setUp([guarded('GET /a')], sources, authorize(allowed));
    const response = await send('/a', { headers: { 'X-Dashboard-Token': 'right' } });
    expect([response.status, await response.json()]).toEqual([401, { message: 'Unauthorized' }]);
    expect(calls).toEqual([]);
    const both = { 'X-Dashboard-Token': 'right', Authorization: 'Bearer right' };
    expect((await send('/a', { headers: both })).status).toBe(200);
    expect(calls[0]!.payload['identitySource']).toEqual(['right', 'Bearer right']);
  });

  it.each<[string, Reply, number]>([
    ['throws Unauthorized', { payload: { errorMessage: 'Unauthorized' }, functionError: 'Unhandled' }, 401],
    ['throws anything else', { payload: { errorMessage: 'oops' }, functionError: 'Unhandled' }, 500],
    ['replies with a policy', { payload: { policyDocument: {} } }, 500],
    ['replies with nothing', { payload: null }, 500],
  ])('that %s keeps the function from being called', async (_case, verdict, status) => {
    const { calls, send } = setUp([guarded('GET /a')], {}, authorize(verdict));
    expect((await send('/a')).status).toBe(status);
    expect(calls.map(({ arn }) => arn)).toEqual([AUTHORIZER]);
  });

  it('with a result TTL is asked once per identity, for all routes, until the time is over', async () => {
    vi.useFakeTimers({ now: 0, toFake: ['Date'] });
    const sources = withSources(['$request.header.X-Token'], 60);
    const { calls, send } = setUp([guarded('GET /a'), guarded('GET /b')], sources, authorize(allowed));
    const asked = () => calls.filter(({ arn }) => arn === AUTHORIZER).length;
    await send('/a', { headers: { 'X-Token': 'one' } });
    await send('/b', { headers: { 'X-Token': 'one' } });
    expect(asked()).toBe(1);
    await send('/a', { headers: { 'X-Token': 'two' } });
    expect(asked()).toBe(2);
    vi.setSystemTime(61_000);
    await send('/a', { headers: { 'X-Token': 'one' } });
    expect(asked()).toBe(3);
  });

  it('with TTL 0 is asked again every time', async () => {
    const sources = withSources(['$request.header.X-Token'], 0);
    const { calls, send } = setUp([guarded('GET /a')], sources, authorize(allowed));
    for (let time = 0; time < 3; time += 1) await send('/a', { headers: { 'X-Token': 'one' } });
    expect(calls.filter(({ arn }) => arn === AUTHORIZER)).toHaveLength(3);
  });
});

describe('throttling', () => {
  const limits = (throttlingRateLimit: number, throttlingBurstLimit: number) => ({
    throttlingRateLimit,
    throttlingBurstLimit,
  });

  it('answers 429 once the bucket is empty, before authorizer and function, and refills with time', async () => {
    vi.useFakeTimers({ now: 0, toFake: ['Date'] });
    const declared = { ...stage, defaultRouteSettings: limits(1, 2) };
    const { calls, send } = setUp(
      [guarded('GET /a'), route('GET /b')],
      { stage: declared },
      authorize({ payload: { isAuthorized: true } }),
    );
    const statuses = [];
    for (let time = 0; time < 3; time += 1) statuses.push((await send('/a')).status);
    expect(statuses).toEqual([200, 200, 429]);
    expect(calls).toHaveLength(4);
    expect((await send('/b')).status).toBe(200);
    vi.setSystemTime(1000);
    expect([(await send('/a')).status, (await send('/a')).status]).toEqual([200, 429]);
  });

  it('lets the settings of a route replace those of the stage', async () => {
    const routeSettings = [{ routeKey: 'GET /a', ...limits(0, 0) }];
    const declared = { ...stage, defaultRouteSettings: limits(100, 100), routeSettings };
    const { send } = setUp([route('GET /a'), route('GET /b')], { stage: declared });
    const response = await send('/a');
    expect([response.status, await response.json()]).toEqual([429, { message: 'Too Many Requests' }]);
    expect((await send('/b')).status).toBe(200);
  });
});

describe('CORS as configured', () => {
  const corsConfiguration = {
    allowOrigins: ['https://sailjada.com'],
    allowMethods: ['GET', 'POST'],
    allowHeaders: ['x-upload-key'],
    maxAge: 300,
  };
  const api = { name: 'scc', protocolType: 'HTTP', corsConfiguration };
  const preflight = (origin: string) => ({
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'POST' },
  });

  it('answers a preflight itself', async () => {
    const { calls, send } = setUp([route('GET /a')], { api });
    const response = await send('/a', preflight('https://sailjada.com'));
    expect(response.status).toBe(204);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'access-control-allow-origin': 'https://sailjada.com',
      'access-control-allow-methods': 'GET,POST',
      'access-control-allow-headers': 'x-upload-key',
      'access-control-max-age': '300',
    });
    expect(calls).toEqual([]);
  });

  it('gives a stranger no CORS header, not even one from the function', async () => {
    const { send } = setUp([route('GET /a')], { api }, () => ({
      payload: { statusCode: 200, headers: { 'Access-Control-Allow-Origin': '*' } },
    }));
    for (const init of [preflight('https://evil.example'), { headers: { origin: 'https://evil.example' } }])
      expect((await send('/a', init)).headers.has('access-control-allow-origin')).toBe(false);
    const friend = await send('/a', { headers: { origin: 'https://sailjada.com' } });
    expect(friend.headers.get('access-control-allow-origin')).toBe('https://sailjada.com');
  });
});

describe('what is declared wrongly is refused at creation, by name', () => {
  const declare =
    (routes: readonly unknown[], options: Partial<HttpApiOptions> = {}) =>
    () =>
      setUp(routes, options);
  const withIntegration = (more: object) => ({
    integrations: new Map([['i1', { ...integration, ...more }]]),
  });
  const withAuthorizer = (more: object) => ({ authorizers: new Map([['a1', { ...authorizer, ...more }]]) });

  it.each<[string, () => unknown, RegExp]>([
    [
      'a scope',
      declare([route('GET /a', { authorizationScopes: ['x'] })]),
      /route GET \/a: authorizationScopes/,
    ],
    ['a target', declare([route('GET /a', { target: 'integrations/no' })]), /route GET \/a: target/],
    ['no authorizer', declare([route('GET /a', { authorizationType: 'CUSTOM' })]), /GET \/a: authorizerId/],
    ['an unused authorizer', declare([route('GET /a', { authorizerId: 'a1' })]), /GET \/a: authorizerId/],
    ['a route twice', declare([route('GET /a'), route('GET /a')]), /route GET \/a: routeKey/],
    ['a method', declare([route('FETCH /a')]), /route FETCH \/a: routeKey/],
    ['a greedy middle', declare([route('GET /{a+}/b')]), /routeKey: a greedy parameter/],
    ['format 1.0', declare([], withIntegration({ payloadFormatVersion: '1.0' })), /i1: payloadFormatVersion/],
    ['31 s', declare([], withIntegration({ timeoutMilliseconds: 31_000 })), /i1: timeoutMilliseconds/],
    ['a VPC link', declare([], withIntegration({ connectionId: 'v' })), /i1: connectionId is not impl/],
    ['a bad URI', declare([], withIntegration({ integrationUri: 'https://x' })), /i1: integrationUri/],
    ['a JWT', declare([], withAuthorizer({ authorizerType: 'JWT' })), /authorizer a1: authorizerType/],
    ['a cache without key', declare([], withAuthorizer({ authorizerResultTtlInSeconds: 9 })), /ResultTtl/],
    [
      'an identity source',
      declare([], withAuthorizer({ identitySources: ['$request.body.x'] })),
      /identitySources: \$request\.body\.x/,
    ],
    [
      'a throttle by halves, which the provider completes with 0',
      declare([], { stage: { ...stage, defaultRouteSettings: { throttlingRateLimit: 5 } } }),
      /stage of scc: defaultRouteSettings\.throttlingBurstLimit/,
    ],
    [
      'settings of no route',
      declare([], {
        stage: {
          ...stage,
          routeSettings: [{ routeKey: 'GET /x', throttlingBurstLimit: 1, throttlingRateLimit: 1 }],
        },
      }),
      /routeSettings: there is no route GET \/x/,
    ],
    ['a stage not deployed', declare([], { stage: { apiId: 'a', name: '$default' } }), /autoDeploy/],
    ['a WebSocket API', declare([], { api: { name: 'x', protocolType: 'WEBSOCKET' } }), /api: protocolType/],
  ])('%s', (_case, create, message) => expect(create).toThrow(message));
});
