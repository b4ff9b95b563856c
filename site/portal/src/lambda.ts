// Imported here too, so that a missing variable stops the start of the function and not its first request.
import './middleware.ts';
import { handler as render } from '@astrojs/node/server.js';
import serverless from 'serverless-http';

interface Answer {
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
}

const respond = serverless(render);

/** Answers API Gateway's HTTP API events, payload 2.0, where cookies have a place of their own. */
export async function handler(event: object, context: object): Promise<object> {
  const answer = (await respond(event, context)) as Answer;
  const { 'set-cookie': cookie, ...headers } = answer.headers;
  return { ...answer, headers, cookies: cookie === undefined ? answer.cookies : [cookie] };
}
