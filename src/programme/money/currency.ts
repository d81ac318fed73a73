import { Failure } from "../../base/failure.ts";
import { parseMoney, timesQuantity } from "../../base/money.ts";
import type { CurrencyRate, CurrencyRates } from "../../domain/bill.ts";
import type { Db } from "../../store/database.ts";
import type { Store } from "../../store/open-store.ts";

/** Stores an exchange rate from a day on, replacing one of the same day. */
export async function setRate(store: Store, rate: CurrencyRate, nowMs: number): Promise<CurrencyRates> {
  if (rate.currency === "USD" || parseMoney(rate.usd) <= 0n) {
    throw new Failure("bad_input", "a rate is the value in USD of one unit of another currency, above zero", {
      hint: "tunewright ledger rate --currency EUR --usd 1.0854 --day 2026-11-01 --source ECB",
    });
  }
  const { currency, day, usd, source } = rate;
  await store.write((db) =>
    db
      .insertInto("currency_rates")
      .values({ currency, day, usd, source, set_ms: nowMs })
      .onConflict((conflict) => conflict.columns(["currency", "day"]).doUpdateSet({ usd, source, set_ms: nowMs }))
      .execute(),
  );
  return listRates(store.db);
}

/** All stored exchange rates. */
export async function listRates(db: Db): Promise<CurrencyRates> {
  const rows = await db
    .selectFrom("currency_rates")
    .select(["currency", "day", "usd", "source"])
    .orderBy("currency")
    .orderBy("day")
    .execute();
  return { rates: rows };
}

/** Converts amounts to US dollars by the stored rates. */
export type ToUsd = (pico: bigint, currency: string, ms: number) => bigint | null;

/** A conversion by the rate in force on the day, the latest one stored up to it; null if there is none. */
export async function toUsd(db: Db): Promise<ToUsd> {
  const { rates } = await listRates(db);
  return (pico, currency, ms) => {
    if (currency === "USD") return pico;
    const day = new Date(ms).toISOString().slice(0, 10);
    const rate = rates.findLast((candidate) => candidate.currency === currency && candidate.day <= day);
    return rate === undefined ? null : timesQuantity(pico, rate.usd);
  };
}
