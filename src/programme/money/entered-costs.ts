import { parseMoney } from "../../base/money.ts";
import type { Db } from "../../store/database.ts";

/**
 * Costs that were entered in an hour: hours of people, fixed costs, labels, model calls, tokens that a provider trained.
 * `ms` is the start of the hour.
 */
export type EnteredLine = { ms: number; pico: bigint; runId: string | null; activity: string };

type Which = "all" | "of runs" | "of no run";

/** Number of runs per query, below the parameter limit of both databases. */
const PAGE = 500;

/**
 * Entered costs in US dollars by hour, oldest first; the ledger stores the sums, so that calls are not read one by one.
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

/** Sum of entered costs from a full hour on, pico-dollars. @param toMs end of the time, a full hour; default: none */
export function enteredSum(lines: readonly EnteredLine[], fromMs = 0, toMs = Infinity): bigint {
  return lines.reduce((sum, { ms, pico }) => (ms >= fromMs && ms < toMs ? sum + pico : sum), 0n);
}

async function entered(db: Db, which: Which | readonly string[]): Promise<EnteredLine[]> {
  let query = db.selectFrom("entered_hours").select(["account", "amount", "hour_ms", "run_id"]);
  if (typeof which !== "string") query = query.where("run_id", "in", [...which]);
  else if (which !== "all") query = query.where("run_id", which === "of runs" ? "!=" : "=", "");
  const rows = await query.orderBy("hour_ms").orderBy("account").orderBy("run_id").orderBy("seq").execute();
  return rows.map(({ account, amount, hour_ms: ms, run_id: runId }) => ({
    ms,
    pico: parseMoney(amount),
    runId: runId === "" ? null : runId,
    activity: activityOf(account),
  }));
}

/** Activity of an account of entered money; labelling belongs to data. */
export function activityOf(account: string): string {
  return account.startsWith("data:") ? "data" : account.slice("spent:".length);
}
