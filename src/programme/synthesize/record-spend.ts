import { formatMoney, parseMoney } from "../../base/money.ts";
import { SynthesisSpend, type SynthesisSpent } from "../../domain/synthesis-spend.ts";
import { balanceOf, lockLedger, post } from "../../ledger/post.ts";
import type { Store } from "../../store/open-store.ts";

/**
 * Writes what a synthesis has cost to the ledger, as cost of data: the part that is not in it yet. Sent again, it writes
 * nothing, so that a run that was killed before is made up for by the next.
 */
export async function recordSpend(store: Store, spend: SynthesisSpend, now: Date): Promise<SynthesisSpent> {
  const { name, model, totalUsd } = SynthesisSpend.parse(spend);
  const account = `paid:synthesis/${name}`;
  return store.write(async (db) => {
    await lockLedger(db, store);
    const known = -(await balanceOf(db, account));
    const added = parseMoney(totalUsd) - known;
    if (added <= 0n) return { addedUsd: "0.00", totalUsd: formatMoney(known) };
    await post(
      db,
      {
        idempotencyKey: `synthesis:${name}:${totalUsd}`,
        kind: "spend",
        currency: "USD",
        effectiveMs: now.getTime(),
        runId: null,
        memo: `synthetic rows ${name}, answers of ${model}`,
        lines: [
          { account: "spent:data", amount: formatMoney(added) },
          { account, amount: formatMoney(-added) },
        ],
      },
      now.getTime(),
    );
    return { addedUsd: formatMoney(added), totalUsd };
  });
}
