import { formatMoney, parseMoney } from "../../base/money.ts";
import { balanceOf, lockLedger, post } from "../../ledger/post.ts";
import type { Store } from "../../store/open-store.ts";

/** What an endpoint was paid so far, for one purpose. */
export type PaidTotal = {
  /** What it was paid for, which names the account: `synthesis/faq`. */
  purpose: string;
  activity: "data" | "evaluation";
  memo: string;
  totalUsd: string;
  /** Start of the idempotency key; the total is added to it. */
  key: string;
};

/**
 * Posts to the ledger the part of a total that it does not hold yet. Sent again, it posts nothing, so that a run that was
 * killed before is made up for by the next.
 */
export async function postPaid(
  store: Store,
  { purpose, activity, memo, totalUsd, key }: PaidTotal,
  now: Date,
): Promise<{ addedUsd: string; totalUsd: string }> {
  const account = `paid:${purpose}`;
  return store.write(async (db) => {
    await lockLedger(db, store);
    const known = -(await balanceOf(db, account));
    const added = parseMoney(totalUsd) - known;
    if (added <= 0n) return { addedUsd: "0.00", totalUsd: formatMoney(known) };
    await post(
      db,
      {
        idempotencyKey: `${key}:${totalUsd}`,
        kind: "spend",
        currency: "USD",
        effectiveMs: now.getTime(),
        runId: null,
        memo,
        lines: [
          { account: `spent:${activity}`, amount: formatMoney(added) },
          { account, amount: formatMoney(-added) },
        ],
      },
      now.getTime(),
    );
    return { addedUsd: formatMoney(added), totalUsd };
  });
}
