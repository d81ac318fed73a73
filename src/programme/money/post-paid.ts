import { formatMoney, parseMoney } from "../../base/money.ts";
import { balanceOf, lockLedger, post } from "../../ledger/post.ts";
import type { Store } from "../../store/open-store.ts";

/** Total paid to an endpoint so far, for one purpose. */
export type PaidTotal = {
  /** Purpose, which names the account: `synthesis/faq`. */
  purpose: string;
  activity: "data" | "evaluation";
  memo: string;
  totalUsd: string;
  /** Prefix of the idempotency key; the total is appended. */
  key: string;
};

/**
 * Posts the part of a total that the ledger does not contain yet. A repeated call posts nothing, and a run that was
 * killed is made up for by the next.
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
