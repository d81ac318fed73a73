import { formatMoney, parseMoney } from "../../base/money.ts";
import type { PaidCall, PaidCalls, PaidCallsPosted } from "../../domain/paid-calls.ts";
import type { NewEntry } from "../../ledger/entry.ts";
import { balanceOf, lockLedger, postAll } from "../../ledger/post.ts";
import type { Store } from "../../store/open-store.ts";
import { callKey, unpostedEntries } from "./call-entries.ts";

/**
 * Posts paid model calls: one entry per call, under the id of its answer if the endpoint gave one, so that a call that
 * a trace also reports counts once. A repeated request adds nothing.
 */
export async function postCalls(store: Store, request: PaidCalls, now: Date): Promise<PaidCallsPosted> {
  const account = `paid:${request.purpose}`;
  return store.write(async (db) => {
    await lockLedger(db, store);
    const drafts = request.calls.map((call) => draftOf(call, request, now));
    const entries = await unpostedEntries(db, drafts);
    await postAll(db, entries, now.getTime());
    const added = entries.reduce((sum, { lines }) => sum + parseMoney(lines[0]!.amount), 0n);
    return {
      entries: entries.length,
      addedUsd: formatMoney(added),
      totalUsd: formatMoney(-(await balanceOf(db, account))),
    };
  });
}

function draftOf(call: PaidCall, { purpose, activity, model: usual }: PaidCalls, now: Date): NewEntry {
  const { key, response, model = usual, usd, on } = call;
  return {
    idempotencyKey: callKey(response ?? `${purpose}:${key}`),
    kind: "spend",
    currency: "USD",
    effectiveMs: on === undefined ? now.getTime() : Math.min(Date.parse(on), now.getTime()),
    runId: null,
    memo: `${purpose}: call of ${model}${response === undefined ? "" : `, answer ${response}`}`,
    lines: [
      { account: `spent:${activity}`, amount: usd },
      { account: `paid:${purpose}`, amount: formatMoney(-parseMoney(usd)) },
    ],
  };
}
