import { listen } from '#scripts/stack/listen.ts';

/** Of an account where nothing was deployed yet, what a bootstrap needs: KMS, STS, and buckets in S3. */
export interface NewAccount {
  readonly url: string;
  readonly buckets: ReadonlySet<string>;
  /** Buckets of somebody else, which let everybody in. */
  readonly taken: Set<string>;
  /** Name → id of the key. */
  readonly aliases: ReadonlyMap<string, string>;
  /** What was asked, in the order of asking, with the body and whose bucket it has to be. */
  readonly calls: { readonly what: string; readonly body: string; readonly owner: string | null }[];
  /** Who asks, for AWS. */
  arn: string;
  /** The call that is not answered any more, as if the machine had died there. */
  diesAt: string | undefined;
  close(): Promise<void>;
}

export async function openNewAccount(id: string): Promise<NewAccount> {
  const buckets = new Set<string>();
  const taken = new Set<string>();
  const aliases = new Map<string, string>();
  const calls: NewAccount['calls'] = [];

  async function answer(request: Request): Promise<Response> {
    const body = await request.text();
    const what = nameOf(request, body);
    if (what === account.diesAt) return new Response(null, { status: 400 });
    const owner = request.headers.get('x-amz-expected-bucket-owner');
    calls.push({ what, body, owner });
    if (request.headers.has('x-amz-target'))
      return keyService(what, JSON.parse(body) as Record<string, string>);
    if (what === 'GetCallerIdentity')
      return new Response(
        `<GetCallerIdentityResponse><GetCallerIdentityResult><Account>${id}</Account><Arn>${account.arn}</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>`,
        { headers: { 'content-type': 'text/xml' } },
      );
    if (!request.headers.has('authorization')) return new Response(null, { status: 403 });
    const bucket = new URL(request.url).pathname.split('/')[1]!;
    const is = taken.has(bucket) ? STRANGER : id;
    if (owner !== null && owner !== is) return new Response(null, { status: 403 });
    if (what === 'PUT') buckets.add(bucket);
    return new Response(null, { status: buckets.has(bucket) || taken.has(bucket) ? 200 : 404 });
  }

  function keyService(operation: string, input: Readonly<Record<string, string>>): Response {
    const json = (value: object, status = 200) =>
      Response.json(value, { status, headers: { 'content-type': 'application/x-amz-json-1.1' } });
    if (operation === 'DescribeKey')
      return aliases.has(input.KeyId!)
        ? json({ KeyMetadata: { KeyId: aliases.get(input.KeyId!) } })
        : json({ __type: 'NotFoundException', message: 'Alias is not found' }, 400);
    if (operation === 'CreateKey') return json({ KeyMetadata: { KeyId: 'key-1' } });
    if (operation === 'CreateAlias') aliases.set(input.AliasName!, input.TargetKeyId!);
    return json({});
  }

  const server = await listen(answer);
  const account: NewAccount = {
    url: server.url,
    buckets,
    taken,
    aliases,
    calls,
    arn: `arn:aws:iam::${id}:user/operator`,
    diesAt: undefined,
    close: () => server.close(),
  };
  return account;
}

const STRANGER = '999999999999';

/** `DescribeKey`, `HEAD`, `PUT versioning`. */
function nameOf(request: Request, body: string): string {
  const target = request.headers.get('x-amz-target')?.split('.')[1];
  if (target !== undefined) return target;
  if (body.includes('GetCallerIdentity')) return 'GetCallerIdentity';
  const part = [...new URL(request.url).searchParams.keys()].find((key) => key !== 'x-id');
  return part === undefined ? request.method : `${request.method} ${part}`;
}
