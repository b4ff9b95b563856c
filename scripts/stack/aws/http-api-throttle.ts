import type { Stage } from './http-api-inputs.ts';

interface Bucket {
  tokens: number;
  filledAt: number;
}

/**
 * A token bucket per route, as the stage declares; true when a request may pass. A route that nothing is
 * declared for is not limited (the account's own limit of 10,000 a second is out of reach here).
 */
export function createThrottle(stage: Stage): (routeKey: string) => boolean {
  const own = new Map(stage.routeSettings.map((settings) => [settings.routeKey, settings]));
  const buckets = new Map<string, Bucket>();
  return (routeKey) => {
    const settings = own.get(routeKey) ?? stage.defaultRouteSettings;
    if (settings === undefined) return true;
    const now = Date.now();
    const bucket = buckets.get(routeKey) ?? { tokens: settings.throttlingBurstLimit, filledAt: now };
    const refilled = ((now - bucket.filledAt) / 1000) * settings.throttlingRateLimit;
    bucket.tokens = Math.min(settings.throttlingBurstLimit, bucket.tokens + Math.max(0, refilled));
    bucket.filledAt = now;
    buckets.set(routeKey, bucket);
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  };
}
