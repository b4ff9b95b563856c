/**
 * How long a client of AWS waits, in milliseconds, to connect and for an answer, as its `requestHandler`. By itself the SDK
 * only warns when a request takes longer, and goes on waiting.
 */
export const timeLimits = (connect: number, answer: number) => ({
  connectionTimeout: connect,
  requestTimeout: answer,
  throwOnRequestTimeout: true,
});

/** For a client that a function asks something small, several times if need be, while somebody waits for its answer. */
export const inTime = { maxAttempts: 3, requestHandler: timeLimits(2_000, 4_000) };
