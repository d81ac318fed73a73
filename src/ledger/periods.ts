import { Failure } from "../base/failure.ts";
import type { Db } from "../store/database.ts";

/** First time at which an entry may take effect: the month after the last closed one; 0 if none is closed. */
export async function firstOpenMs(db: Db): Promise<number> {
  const last = await db
    .selectFrom("ledger_periods")
    .select("period")
    .orderBy("period", "desc")
    .limit(1)
    .executeTakeFirst();
  return last === undefined ? 0 : periodEndMs(last.period);
}

/** End of a month, ms since 1970. @throws Failure bad_input for text that is not a month */
export function periodEndMs(period: string): number {
  const [, year, month] = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(period) ?? [];
  if (year === undefined) {
    throw new Failure("bad_input", `"${period.slice(0, 20)}" is not a month`, { hint: "write it as 2026-11" });
  }
  return Date.UTC(Number(year), Number(month));
}
