import { Balance, LedgerEntry, type LedgerPage, type LedgerQuery } from "../../domain/ledger.ts";
import type { Store } from "../../store/open-store.ts";
import { sql } from "../../store/sql.ts";

/** Maximum number of balances per page; a ledger has one or two accounts per run. */
const MOST_BALANCES = 200;

const DAY_MS = 86_400_000;

/** The newest entries of the ledger that match a query, with the balances of their accounts. */
export async function ledgerPage({ db }: Store, query: LedgerQuery): Promise<LedgerPage> {
  const { limit, account, kind, run, from, to, before } = query;
  let entries = db.selectFrom("ledger_entries").select("body").orderBy("seq", "desc").limit(limit);
  if (before !== undefined) entries = entries.where("seq", "<", before);
  // In a body, quotes inside a text are escaped: only the field itself reads like this.
  if (kind !== undefined) entries = entries.where("body", "like", `%"kind":"${kind}"%`);
  if (account !== undefined) {
    const names = sql<boolean>`${isNamed(account)}`;
    entries = entries.where("seq", "in", (eb) => eb.selectFrom("ledger_lines").select("seq").where(names));
  }
  if (run !== undefined)
    entries = entries.where("seq", "in", (eb) => eb.selectFrom("ledger_lines").select("seq").where("run_id", "=", run));
  if (from !== undefined || to !== undefined) {
    const fromMs = from === undefined ? 0 : Date.parse(from);
    const toMs = to === undefined ? Number.MAX_SAFE_INTEGER : Date.parse(to) + DAY_MS;
    entries = entries.where((eb) =>
      eb.exists(
        eb
          .selectFrom("ledger_lines")
          .select("ledger_lines.seq")
          .whereRef("ledger_lines.seq", "=", "ledger_entries.seq")
          .where("effective_ms", ">=", fromMs)
          .where("effective_ms", "<", toMs),
      ),
    );
  }
  let balances = db.selectFrom("ledger_balances").select(["account", "currency", "amount"]);
  if (account !== undefined) balances = balances.where(sql<boolean>`${isNamed(account)}`);
  const found = await balances
    .orderBy("account")
    .orderBy("currency")
    .limit(MOST_BALANCES + 1)
    .execute();
  const bodies = await entries.execute();
  const shown = bodies.map(({ body }) => LedgerEntry.parse(JSON.parse(body)));
  const isWhole = [account, kind, run, from, to, before].every((word) => word === undefined);
  return {
    entries: shown,
    balances: found.slice(0, MOST_BALANCES).map((balance) => Balance.parse(balance)),
    moreBalances: found.length > MOST_BALANCES,
    total: isWhole ? (shown[0]?.seq ?? 0) : await lastNumber(db),
  };
}

/**
 * Number of the last entry. Numbers have no gaps, so it equals the count; counting a million rows takes 100 times as
 * long.
 */
async function lastNumber(db: Store["db"]): Promise<number> {
  const last = await db.selectFrom("ledger_entries").select("seq").orderBy("seq", "desc").limit(1).executeTakeFirst();
  return last?.seq ?? 0;
}

/**
 * An account, or all accounts with a prefix if it ends with a colon: by range, for which both databases use the index.
 */
function isNamed(account: string): ReturnType<typeof sql> {
  if (!account.endsWith(":")) return sql`account = ${account}`;
  return sql`account >= ${account} and account < ${`${account.slice(0, -1)};`}`;
}
