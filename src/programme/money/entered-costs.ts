import { parseMoney } from "../../base/money.ts";
import type { Db } from "../../store/database.ts";

/** A cost that was entered: hours, fixed costs, labels, model calls, tokens that a provider trained. */
export type EnteredLine = { ms: number; pico: bigint; runId: string | null; activity: string };

type Which = "all" | "of runs" | "of no run";

/** Number of runs per query, below the parameter limit of both databases. */
const PAGE = 500;

/**
 * Entered costs in US dollars, oldest first.
 *
 * @param which all; those that name a run, or no run; or those of given runs
 */
export async function readEntered(db: Db, which: Which | readonly string[]): Promise<EnteredLine[]> {
  if (typeof which === "string") return entered(db, which);
  const found: EnteredLine[] = [];
  for (let from = 0; from < which.length; from += PAGE) {
    found.push(...(await entered(db, which.slice(from, from + PAGE))));
  }
  return found;
}

/** Entered costs by the run that they name. @param only ids of the runs; undefined: all */
export async function enteredByRun(db: Db, only: readonly string[] | undefined): Promise<Map<string, EnteredLine[]>> {
  const byRun = new Map<string, EnteredLine[]>();
  for (const line of await readEntered(db, only ?? "of runs")) {
    const known = byRun.get(line.runId!);
    if (known === undefined) byRun.set(line.runId!, [line]);
    else known.push(line);
  }
  return byRun;
}

/** Sum of entered costs from a time on, pico-dollars. @param toMs end of the time; default: none */
export function enteredSum(lines: readonly EnteredLine[], fromMs = 0, toMs = Infinity): bigint {
  return lines.reduce((sum, { ms, pico }) => (ms >= fromMs && ms < toMs ? sum + pico : sum), 0n);
}

async function entered(db: Db, which: Which | readonly string[]): Promise<EnteredLine[]> {
  let query = db
    .selectFrom("ledger_lines")
    .select(["account", "amount", "effective_ms", "run_id"])
    .where("currency", "=", "USD")
    // ranges use the index of accounts; the lines of machine time are far more
    .where((eb) =>
      eb.or(
        ["spent", "data:labelling"].map((prefix) =>
          eb.and([eb("account", ">=", `${prefix}:`), eb("account", "<", `${prefix};`)]),
        ),
      ),
    );
  if (typeof which !== "string") query = query.where("run_id", "in", [...which]);
  else if (which !== "all") query = query.where("run_id", which === "of runs" ? "is not" : "is", null);
  const rows = await query.orderBy("effective_ms").orderBy("seq").orderBy("line_no").execute();
  return rows.map(({ account, amount, effective_ms: ms, run_id: runId }) => ({
    ms,
    pico: parseMoney(amount),
    runId,
    activity: activityOf(account),
  }));
}

/** Activity of an account of entered money; labelling belongs to data. */
export function activityOf(account: string): string {
  return account.startsWith("data:") ? "data" : account.slice("spent:".length);
}
