import { parseMoney } from "../../base/money.ts";

const HOUR_MS = 3_600_000n;

/** Cost of a time at a price per hour in pico-dollars, rounded up. */
export function picoFor(usdPerHour: string, ms: number): bigint {
  return (parseMoney(usdPerHour) * BigInt(Math.ceil(ms)) + HOUR_MS - 1n) / HOUR_MS;
}

/** Time that an amount pays for at a price per hour, ms, rounded down. */
export function msFor(usdPerHour: string, usd: string): number {
  return Number((parseMoney(usd) * HOUR_MS) / parseMoney(usdPerHour));
}
