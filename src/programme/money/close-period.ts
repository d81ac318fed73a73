import { Failure } from "../../base/failure.ts";
import type { ClosedPeriod, CloseRequest } from "../../domain/ledger.ts";
import { currentHead } from "../../ledger/leaves.ts";
import { periodEndMs } from "../../ledger/periods.ts";
import { lockLedger } from "../../ledger/post.ts";
import type { Row } from "../../store/database.ts";
import type { Store } from "../../store/open-store.ts";
import type { Pricing } from "./pricing.ts";
import { settleAccruals } from "./settle-accruals.ts";
import { settleCalls } from "./settle-calls.ts";

/**
 * Closes a month: posts what runs accrued, puts stale runs into suspense, and records size and root of the ledger.
 * Later entries take effect in the first open month. Closing it again changes nothing.
 *
 * @throws Failure bad_input for a month that is not over, or that precedes a closed month
 */
export async function closePeriod(store: Store, { period, by }: CloseRequest, pricing: Pricing): Promise<ClosedPeriod> {
  const nowMs = pricing.now().getTime();
  const endMs = periodEndMs(period);
  const known = await closedPeriods(store);
  const repeat = known.find((earlier) => earlier.period === period);
  if (repeat !== undefined) return { ...repeat, isRepeat: true };
  if (endMs > nowMs) {
    throw new Failure("bad_input", `${period} has not ended yet`, {
      hint: `it can be closed from ${new Date(endMs).toISOString()} on`,
    });
  }
  refuseEarlier(period, known);
  await settleCalls(store, { now: pricing.now(), all: true });
  await settleAccruals(store, pricing, { all: true, suspendToMs: endMs });
  return store.write(async (db) => {
    await lockLedger(db, store);
    const closed = await closedPeriods({ db }); // by others meanwhile
    const other = closed.find((earlier) => earlier.period === period);
    if (other !== undefined) return { ...other, isRepeat: true };
    refuseEarlier(period, closed);
    const row = {
      period,
      ...(await currentHead(db)),
      closed_ms: nowMs,
      closed_by: by,
    };
    await db.insertInto("ledger_periods").values(row).execute();
    return { ...shown(row), isRepeat: false };
  });
}

function refuseEarlier(period: string, closed: readonly Pick<ClosedPeriod, "period">[]): void {
  const last = closed.at(-1);
  if (last === undefined || last.period < period) return;
  throw new Failure("bad_input", `${period} is before ${last.period}, which is already closed`, {
    hint: "what belongs to it takes effect in the first open month",
  });
}

/** Closed months, oldest first. */
export async function closedPeriods({ db }: Pick<Store, "db">): Promise<Omit<ClosedPeriod, "isRepeat">[]> {
  const rows = await db.selectFrom("ledger_periods").selectAll().orderBy("period").execute();
  return rows.map(shown);
}

function shown({
  period,
  size,
  hash,
  root,
  closed_ms,
  closed_by,
}: Row<"ledger_periods">): Omit<ClosedPeriod, "isRepeat"> {
  return { period, size, hash, root, closedAt: new Date(closed_ms).toISOString(), closedBy: closed_by };
}
