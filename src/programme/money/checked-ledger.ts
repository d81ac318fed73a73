import type { LedgerCheck } from "../../domain/ledger.ts";
import { verifyLedger } from "../../ledger/verify.ts";
import type { Store } from "../../store/open-store.ts";

/** Time after which an unchanged head is checked again, ms, because earlier entries may have been changed. */
const RECHECK_MS = 10 * 60_000;

type Checked = { hash: string | undefined; checkedMs: number; check: LedgerCheck };

const last = new WeakMap<Store["db"], Checked>();

/**
 * The check of the whole ledger, cached for pages that are opened often: repeated after a new entry, and every ten
 * minutes. `verifyLedger` always reads everything.
 */
export async function checkedLedger(store: Store, nowMs: number): Promise<LedgerCheck> {
  const head = await store.db
    .selectFrom("ledger_entries")
    .select("hash")
    .orderBy("seq", "desc")
    .limit(1)
    .executeTakeFirst();
  const known = last.get(store.db);
  const isFresh = known !== undefined && nowMs >= known.checkedMs && nowMs < known.checkedMs + RECHECK_MS;
  if (isFresh && known.hash === head?.hash) return known.check;
  const check = await verifyLedger(store);
  last.set(store.db, { hash: head?.hash, checkedMs: nowMs, check });
  return check;
}
