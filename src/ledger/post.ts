import { sql } from "../store/sql.ts";

import { Failure } from "../base/failure.ts";
import { canonicalJson } from "../base/hash.ts";
import { formatMoney, parseMoney } from "../base/money.ts";
import { LedgerEntry } from "../domain/ledger.ts";
import type { Db } from "../store/database.ts";
import type { Store } from "../store/open-store.ts";
import { firstOpenMs } from "./periods.ts";
import { checkBalanced, entryBody, entryHash, GENESIS, type NewEntry } from "./entry.ts";

/** An entry that was written, or the one that an earlier try with the same key wrote. */
export type Posted = { entry: LedgerEntry; isRepeat: boolean };

/**
 * Writes an entry at the end of the ledger, in the transaction of `db`: its place in the chain, its lines, the balances.
 * An entry of a closed month takes effect in the first open one, and says so. Callers that must check a balance first do so in the same transaction, after {@link lockLedger}.
 *
 * @throws Failure bad_input where it does not balance, or where its key was used for something else
 */
export async function post(db: Db, draft: NewEntry, nowMs: number): Promise<Posted> {
  checkBalanced(draft);
  const earlier = await db
    .selectFrom("ledger_entries")
    .select("body")
    .where("idempotency_key", "=", draft.idempotencyKey)
    .executeTakeFirst();
  if (earlier !== undefined) return repeated(draft, LedgerEntry.parse(JSON.parse(earlier.body)));
  const last = await db
    .selectFrom("ledger_entries")
    .select(["seq", "hash"])
    .orderBy("seq", "desc")
    .limit(1)
    .executeTakeFirst();
  const openMs = await firstOpenMs(db);
  const { idempotencyKey, effectiveMs, lines, memo, ...rest } = draft;
  const entry: LedgerEntry = {
    version: 1,
    seq: (last?.seq ?? 0) + 1,
    ...rest,
    memo: effectiveMs < openMs ? memo + lateNote(effectiveMs) : memo,
    effectiveAt: new Date(Math.max(effectiveMs, openMs)).toISOString(),
    recordedAt: new Date(nowMs).toISOString(),
    lines: lines.map(({ account, amount }) => ({ account, amount: formatMoney(parseMoney(amount)) })),
  };
  const body = entryBody(entry);
  const previousHash = last?.hash ?? GENESIS;
  await db
    .insertInto("ledger_entries")
    .values({
      seq: entry.seq,
      idempotency_key: idempotencyKey,
      body,
      previous_hash: previousHash,
      hash: entryHash(previousHash, body),
    })
    .execute();
  await db
    .insertInto("ledger_lines")
    .values(
      entry.lines.map(({ account, amount }, index) => ({
        seq: entry.seq,
        line_no: index + 1,
        account,
        currency: entry.currency,
        amount,
        run_id: entry.runId,
        effective_ms: Math.max(effectiveMs, openMs),
      })),
    )
    .execute();
  for (const { account, amount } of entry.lines) await addToBalance(db, { account, currency: entry.currency, amount });
  return { entry, isRepeat: false };
}

/** What the memo of an entry says that comes after its month was closed: it takes effect in the first open one. */
function lateNote(effectiveMs: number): string {
  return `; of ${new Date(effectiveMs).toISOString()}, in a closed month`;
}

function repeated({ idempotencyKey, effectiveMs, ...draft }: NewEntry, entry: LedgerEntry): Posted {
  const { version: _, seq: __, recordedAt: ___, ...stored } = entry;
  const lines = draft.lines.map(({ account, amount }) => ({ account, amount: formatMoney(parseMoney(amount)) }));
  // Its month may have been closed before it was posted, or since.
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
        hint: "send the same content again, or use a key of its own",
      },
    );
  }
  return { entry, isRepeat: true };
}

/** When the entry of this key takes effect, ms since 1970; undefined where none was written. */
export async function effectiveMsOf(db: Db, idempotencyKey: string): Promise<number | undefined> {
  const entry = await db
    .selectFrom("ledger_entries")
    .select("body")
    .where("idempotency_key", "=", idempotencyKey)
    .executeTakeFirst();
  return entry && Date.parse(LedgerEntry.parse(JSON.parse(entry.body)).effectiveAt);
}

async function addToBalance(db: Db, line: { account: string; currency: string; amount: string }): Promise<void> {
  const { account, currency, amount } = line;
  const known = await db
    .selectFrom("ledger_balances")
    .select(["amount", "lines"])
    .where("account", "=", account)
    .where("currency", "=", currency)
    .executeTakeFirst();
  if (known === undefined) {
    await db.insertInto("ledger_balances").values({ account, currency, amount, lines: 1 }).execute();
    return;
  }
  await db
    .updateTable("ledger_balances")
    .set({ amount: formatMoney(parseMoney(known.amount) + parseMoney(amount)), lines: known.lines + 1 })
    .where("account", "=", account)
    .where("currency", "=", currency)
    .execute();
}

/**
 * Makes other writers of the ledger wait until this transaction ends, so that what is checked stays true until it is
 * written. SQLite has one writer; PostgreSQL takes an advisory lock.
 */
export async function lockLedger(db: Db, { kind }: Pick<Store, "kind">): Promise<void> {
  if (kind === "postgres") await sql`select pg_advisory_xact_lock(7411302)`.execute(db);
}

/** Balance of an account in pico-units; 0 where nothing was written to it. */
export async function balanceOf(db: Db, account: string, currency = "USD"): Promise<bigint> {
  const row = await db
    .selectFrom("ledger_balances")
    .select("amount")
    .where("account", "=", account)
    .where("currency", "=", currency)
    .executeTakeFirst();
  return parseMoney(row?.amount ?? "0");
}
