/**
 * How long a client of AWS waits, in milliseconds, to connect and for an answer, as its `requestHandler`. By itself the SDK
 * only warns when a request takes longer, and goes on waiting.
 */
export const timeLimits = (connect: number, answer: number) => ({
  connectionTimeout: connect,
  requestTimeout: answer,
  throwOnRequestTimeout: true,
});
