import { formatMoney, parseMoney } from "../../base/money.ts";
import type { Chargeback } from "../../domain/money-accounts.ts";
import { csvText } from "../../report/csv-text.ts";
import type { Store } from "../../store/open-store.ts";
import { costedRuns, spentIn } from "./costed-runs.ts";
import { toUsd } from "./currency.ts";
import { enteredSum } from "./entered-costs.ts";
import { clippedTo, monthSpan, type Span } from "./month-span.ts";
import type { Pricing } from "./pricing.ts";

/** The month, and the tag for teams. */
export type ChargebackRequest = { month: string; tag: string };

type Charge = { runs: number; gpuHours: number | null; accrued: bigint; billed: bigint; unpriced: number };

/**
 * Cost of a month by team: the time of its runs within the month, what was entered in their name, and bills that end in
 * it.
 */
export async function chargeback(
  store: Store,
  pricing: Pricing,
  { month, tag }: ChargebackRequest,
): Promise<Chargeback> {
  const span = monthSpan(month);
  const runs = await costedRuns(store, pricing);
  const billed = await billedInMonth(store, span);
  const teams = new Map<string, Charge>();
  for (const run of runs) {
    const clipped = clippedTo(run.alive, span);
    const ownBill = billed.get(run.id) ?? 0n;
    const entered = enteredSum(run.entered, span.fromMs, span.toMs);
    if (clipped.length === 0 && ownBill === 0n && entered === 0n) continue;
    const team = run.tags.find(({ key }) => key === tag)?.value ?? "not tagged";
    const charge = teams.get(team) ?? { runs: 0, gpuHours: 0, accrued: 0n, billed: 0n, unpriced: 0 };
    const pico = spentIn(run, span);
    charge.runs += 1;
    charge.accrued += pico ?? entered;
    charge.unpriced += pico === null ? 1 : 0;
    charge.billed += ownBill;
    const hours = clipped.reduce((sum, interval) => sum + interval.toMs - interval.fromMs, 0) / 3_600_000;
    charge.gpuHours = addedHours(charge.gpuHours, hours, run.gpuCount);
    teams.set(team, charge);
  }
  const rows = [...teams]
    .toSorted(([a, x], [b, y]) => (x.accrued < y.accrued ? 1 : x.accrued > y.accrued ? -1 : a < b ? -1 : 1))
    .map(([team, { accrued, billed: bill, ...rest }]) => ({
      team,
      ...rest,
      gpuHours: rest.gpuHours === null ? null : Math.round(rest.gpuHours * 1000) / 1000,
      accruedUsd: formatMoney(accrued),
      billedUsd: formatMoney(bill),
    }));
  const totalUsd = formatMoney(rows.reduce((sum, { accruedUsd }) => sum + parseMoney(accruedUsd), 0n));
  const sum = (pick: (charge: Charge) => number): number =>
    [...teams.values()].reduce((total, charge) => total + pick(charge), 0);
  const gpuHours = [...teams.values()].some((charge) => charge.gpuHours === null)
    ? null
    : Math.round(sum((charge) => charge.gpuHours ?? 0) * 1000) / 1000;
  const billedUsd = formatMoney([...teams.values()].reduce((total, charge) => total + charge.billed, 0n));
  const totals = {
    runs: sum((charge) => charge.runs),
    gpuHours,
    accruedUsd: totalUsd,
    billedUsd,
    unpriced: sum((charge) => charge.unpriced),
  };
  return { month, tag, teams: rows, totalUsd, totals, csv: csvOf(month, rows) };
}

/** GPU-hours with those of one more run; null once the number of GPUs of a run is unknown. */
function addedHours(known: number | null, hours: number, gpuCount: number | null): number | null {
  if (hours === 0) return known;
  return known === null || gpuCount === null ? null : known + hours * gpuCount;
}

/** EffectiveCost by run of charges that end in the month, US dollars. */
async function billedInMonth({ db }: Store, { fromMs, toMs }: Span): Promise<Map<string, bigint>> {
  const convert = await toUsd(db);
  const rows = await db
    .selectFrom("bill_lines")
    .innerJoin("bill_files", "bill_files.file_no", "bill_lines.file_no")
    .select(["run_id", "bill_lines.effective", "currency", "period_end_ms"])
    .where("state", "=", "posted")
    .where("run_id", "is not", null)
    .where("class", "in", ["run", "failed-run"])
    .where("period_end_ms", ">", fromMs)
    .where("period_end_ms", "<=", toMs)
    .execute();
  const sums = new Map<string, bigint>();
  for (const { run_id, effective, currency, period_end_ms } of rows) {
    const usd = convert(parseMoney(effective), currency, period_end_ms);
    if (usd !== null) sums.set(run_id!, (sums.get(run_id!) ?? 0n) + usd);
  }
  return sums;
}

function csvOf(month: string, teams: Chargeback["teams"]): string {
  const head = ["month", "team", "runs", "gpu_hours", "accrued_usd", "billed_usd", "unpriced_runs"];
  const rows = teams.map(({ team, runs, gpuHours, accruedUsd, billedUsd, unpriced }) => [
    month,
    team,
    runs,
    gpuHours ?? "unknown",
    accruedUsd,
    billedUsd,
    unpriced,
  ]);
  return csvText([head, ...rows]);
}
