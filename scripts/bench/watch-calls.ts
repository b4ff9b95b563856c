import { subscribe } from 'node:diagnostics_channel';
import { writeFileSync } from 'node:fs';
import type { ClientRequest } from 'node:http';
import type { Call, Watched } from './calls.ts';
import { peakMebibytes } from './peak-memory.ts';

/** Loaded before a program with `--import`: writes what calls it made to the file in `BENCH_CALLS`. */
const calls: Call[] = [];
const open = new Map<object, { name: string; start: number }>();

const begin = (request: object, name: string): void =>
  void open.set(request, { name, start: performance.now() });
function end(request: object): void {
  const call = open.get(request);
  if (call === undefined) return;
  open.delete(request);
  calls.push({ ...call, end: performance.now() });
}

subscribe('http.client.request.start', (message) => {
  const { request } = message as { request: ClientRequest };
  begin(request, nameOf(request.method, request.path, request.getHeader('x-amz-target')));
  request.once('close', () => end(request));
});
subscribe('undici:request:create', (message) => {
  const { request } = message as { request: { method: string; path: string } };
  begin(request, nameOf(request.method, request.path));
});
for (const channel of ['undici:request:trailers', 'undici:request:error'])
  subscribe(channel, (message) => end((message as { request: object }).request));

/** `DynamoDB_20120810.GetItem` → `DynamoDB GetItem`. */
function nameOf(method: string, path: string, target?: unknown): string {
  if (typeof target !== 'string') return `${method} ${path.replace(/\?x-id=\w+$/, '')}`;
  const [service = '', operation] = target.split('.');
  return `${(SERVICES[service] ?? service).replace(/_.*/, '')} ${operation}`;
}

const SERVICES: Readonly<Record<string, string>> = { secretsmanager: 'SecretsManager', AmazonSSM: 'SSM' };

process.on('exit', () => {
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  const cpuMilliseconds = (userCPUTime + systemCPUTime) / 1000;
  const watched: Watched = { calls, cpuMilliseconds, peakMebibytes: peakMebibytes() };
  writeFileSync(process.env['BENCH_CALLS']!, JSON.stringify(watched));
});
