import { sql } from "../store/sql.ts";

import { Failure } from "../base/failure.ts";
import { canonicalJson } from "../base/hash.ts";
import { formatMoney, parseMoney } from "../base/money.ts";
import { LedgerEntry } from "../domain/ledger.ts";
import type { Db } from "../store/database.ts";
import type { Store } from "../store/open-store.ts";
import { kindOf, run } from "../store/statement.ts";
import { firstOpenMs } from "./periods.ts";
import { appendEntries, type WrittenEntry } from "./append-entries.ts";
import { checkBalanced, entryBody, entryHash, GENESIS, type NewEntry } from "./entry.ts";

/** An entry that was written now, or by an earlier call with the same key. */
export type Posted = { entry: LedgerEntry; isRepeat: boolean };

/**
 * Appends an entry to the ledger, in the transaction of `db`: its position in the chain, its lines, and the balances.
 * An entry for a closed month takes effect in the first open one, and its memo says so. Callers that must check a
 * balance first do so in the same transaction, after {@link lockLedger}.
 *
 * @throws Failure bad_input if it does not balance, or if its key was used for something else
 */
export async function post(db: Db, draft: NewEntry, nowMs: number): Promise<Posted> {
  return (await postAll(db, [draft], nowMs))[0]!;
}

/**
 * Appends entries in order, like {@link post}. Writing a thousand together costs a tenth of writing them one by one.
 *
 * @throws Failure bad_input if one does not balance, or if its key was used for something else; none is written then
 */
export async function postAll(db: Db, drafts: readonly NewEntry[], nowMs: number): Promise<Posted[]> {
  for (const draft of drafts) checkBalanced(draft);
  const known = await earlierEntries(
    db,
    drafts.map(({ idempotencyKey }) => idempotencyKey),
  );
  const last = (await run<{ seq: number; hash: string }>(db, LAST, []))[0];
  const openMs = await firstOpenMs(db);
  const written: WrittenEntry[] = [];
  let [seq, hash] = [last?.seq ?? 0, last?.hash ?? GENESIS];
  const posted = drafts.map((draft): Posted => {
    const earlier = known.get(draft.idempotencyKey);
    if (earlier !== undefined) return repeated(draft, earlier);
    const { effectiveMs, lines, memo, ...rest } = draft;
    seq += 1;
    const entry: LedgerEntry = {
      version: 2,
      seq,
      ...rest,
      memo: effectiveMs < openMs ? memo + lateNote(effectiveMs) : memo,
      effectiveAt: new Date(Math.max(effectiveMs, openMs)).toISOString(),
      recordedAt: new Date(nowMs).toISOString(),
      lines: lines.map(({ account, amount }) => ({ account, amount: formatMoney(parseMoney(amount)) })),
    };
    const body = entryBody(entry);
    const previousHash = hash;
    hash = entryHash(previousHash, body);
    written.push({ entry, idempotencyKey: draft.idempotencyKey, body, previousHash, hash });
    known.set(draft.idempotencyKey, entry);
    return { entry, isRepeat: false };
  });
  await appendEntries(db, written);
  return posted;
}

const LAST = "select seq, hash from ledger_entries order by seq desc limit 1";

const EARLIER = {
  sqlite: "select idempotency_key, body from ledger_entries where idempotency_key in (select value from json_each(?))",
  postgres:
    "select idempotency_key, body from ledger_entries where idempotency_key = any(array(select json_array_elements_text(?::json)))",
};

async function earlierEntries(db: Db, keys: readonly string[]): Promise<Map<string, LedgerEntry>> {
  const rows = await run<{ idempotency_key: string; body: string }>(db, EARLIER[kindOf(db)], [JSON.stringify(keys)]);
  return new Map(rows.map(({ idempotency_key: key, body }) => [key, LedgerEntry.parse(JSON.parse(body))]));
}

/** Memo of an entry for a closed month, which takes effect in the first open one. */
function lateNote(effectiveMs: number): string {
  return `; of ${new Date(effectiveMs).toISOString()}, in a closed month`;
}

function repeated({ idempotencyKey, effectiveMs, ...draft }: NewEntry, entry: LedgerEntry): Posted {
  const { version: _, seq: __, recordedAt: ___, idempotencyKey: ____, ...stored } = entry;
  const lines = draft.lines.map(({ account, amount }) => ({ account, amount: formatMoney(parseMoney(amount)) }));
  // Its month may have been closed before it was posted, or after.
  const isLate = stored.memo === draft.memo + lateNote(effectiveMs);
  const sent = {
    ...draft,
    lines,
    ...(isLate
      ? { memo: stored.memo, effectiveAt: stored.effectiveAt }
      : { effectiveAt: new Date(effectiveMs).toISOString() }),
  };
  if (canonicalJson(sent) !== canonicalJson(stored)) {
    throw new Failure(
      "bad_input",
      `the idempotency key "${idempotencyKey}" was used for another entry (number ${entry.seq})`,
      {
        hint: "send the same content again, or use another key",
      },
    );
  }
  return { entry, isRepeat: true };
}

/** Effective time of the entry with this key, ms since 1970; undefined if it was not written. */
export async function effectiveMsOf(db: Db, idempotencyKey: string): Promise<number | undefined> {
  const entry = await db
    .selectFrom("ledger_entries")
    .select("body")
    .where("idempotency_key", "=", idempotencyKey)
    .executeTakeFirst();
  return entry && Date.parse(LedgerEntry.parse(JSON.parse(entry.body)).effectiveAt);
}

/**
 * Blocks other writers of the ledger until this transaction ends, so that checks remain valid until the write. SQLite
 * has one writer; on PostgreSQL an advisory lock is taken.
 */
export async function lockLedger(db: Db, { kind }: Pick<Store, "kind">): Promise<void> {
  if (kind === "postgres") await sql`select pg_advisory_xact_lock(7411302)`.execute(db);
}

/** Balance of an account in pico-units; 0 without entries. */
export async function balanceOf(db: Db, account: string, currency = "USD"): Promise<bigint> {
  const row = await db
    .selectFrom("ledger_balances")
    .select("amount")
    .where("account", "=", account)
    .where("currency", "=", currency)
    .executeTakeFirst();
  return parseMoney(row?.amount ?? "0");
}
