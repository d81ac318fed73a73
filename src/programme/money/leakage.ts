import { formatMoney, parseMoney, roundMoney } from "../../base/money.ts";
import { BillClass, type ClassSum, type LeakageReport } from "../../domain/bill.ts";
import { CLASSES } from "../../ledger/classify.ts";
import type { Db, Row } from "../../store/database.ts";
import type { Store } from "../../store/open-store.ts";
import { ClassGatherer, sumClasses } from "./bills/class-sums.ts";
import { type CostedRun, costedRuns, spentIn } from "./costed-runs.ts";
import { type ToUsd, toUsd } from "./currency.ts";
import { idleGpus } from "./idle-gpus.ts";
import { clippedTo, monthSpan, type Span } from "./month-span.ts";
import type { Pricing } from "./pricing.ts";

/** Number of places in a report. */
const MOST_PLACES = 25;

/** Number of lines per read. */
const PAGE = 20_000;

/** All imported bills by class in US dollars, and those without a rate. */
export async function billedClasses(db: Db): Promise<Pick<LeakageReport, "classes" | "unconverted">> {
  const convert = await toUsd(db);
  const rows = await db
    .selectFrom("bill_sums")
    .innerJoin("bill_files", "bill_files.file_no", "bill_sums.file_no")
    .select(["class", "bill_sums.lines", "bill_sums.billed", "bill_sums.effective", "until_ms", "currency"])
    .where("state", "=", "posted")
    .orderBy("bill_sums.file_no")
    .orderBy("class")
    .execute();
  const unconverted = new Map<string, bigint>();
  const converted = rows.flatMap((row) => {
    const billed = convert(parseMoney(row.billed), row.currency, row.until_ms);
    const effective = convert(parseMoney(row.effective), row.currency, row.until_ms);
    if (billed !== null && effective !== null)
      return { ...row, billed: formatMoney(billed), effective: formatMoney(effective) };
    unconverted.set(row.currency, (unconverted.get(row.currency) ?? 0n) + parseMoney(row.billed));
    return [];
  });
  return {
    classes: sumClasses(converted),
    unconverted: [...unconverted].map(([currency, pico]) => ({ currency, amount: formatMoney(pico) })),
  };
}

/**
 * Billed money that no completed run accounts for, with recommended actions; and the estimate of each run compared with
 * its bill.
 *
 * @param month charges that end in this month, and the cost of runs in it; default: all charges
 */
export async function leakageReport(store: Store, pricing: Pricing, month?: string): Promise<LeakageReport> {
  const span = month === undefined ? undefined : monthSpan(month);
  const gathered = await gather(store.db, await toUsd(store.db), span);
  const { classes, unconverted } = span === undefined ? await billedClasses(store.db) : gathered;
  const sum = (rows: readonly ClassSum[]): bigint =>
    rows.reduce((total, { billedUsd }) => total + parseMoney(billedUsd), 0n);
  const charged = sum(classes.filter(({ class: name }) => name !== "not-work"));
  const leak = sum(classes.filter(({ isLeak }) => isLeak));
  let runs: Promise<ReadonlyMap<string, CostedRun>> | undefined;
  const runsOnce = (): Promise<ReadonlyMap<string, CostedRun>> => (runs ??= runsById(store, pricing));
  const idle = await idleGpus(store, runsOnce);
  const inSpan = async (id: string): Promise<boolean> =>
    span === undefined || clippedTo((await runsOnce()).get(id)?.alive ?? [], span).length > 0;
  const isShown = await Promise.all(idle.map(({ runId }) => inSpan(runId)));
  return {
    month: month ?? null,
    bills: gathered.bills,
    from: gathered.fromMs === undefined ? null : new Date(gathered.fromMs).toISOString(),
    to: gathered.toMs === undefined ? null : new Date(gathered.toMs).toISOString(),
    classes,
    billedUsd: formatMoney(sum(classes)),
    chargedUsd: formatMoney(charged),
    leakUsd: formatMoney(leak),
    leakShare: charged <= 0n ? null : Number(leak) / Number(charged),
    places: [...gathered.places.values()]
      .toSorted((a, b) => (a.pico < b.pico ? 1 : a.pico > b.pico ? -1 : a.place < b.place ? -1 : 1))
      .slice(0, MOST_PLACES)
      .map(({ class: name, place, lines, pico, fromMs, toMs, example }) => ({
        class: name,
        place,
        lines,
        usd: formatMoney(pico),
        from: new Date(fromMs).toISOString(),
        to: new Date(toMs).toISOString(),
        example,
      })),
    runs: gathered.byRun.size === 0 ? [] : runBills(gathered.byRun, await runsOnce(), span),
    unbilled:
      gathered.fromMs === undefined || gathered.toMs === undefined
        ? { runs: 0, accruedUsd: "0.00" }
        : unbilledRuns(gathered.byRun, await runsOnce(), span ?? { fromMs: gathered.fromMs, toMs: gathered.toMs }),
    idle: idle.filter((_, index) => isShown[index]),
    unconverted,
  };
}

type Place = {
  class: BillClass;
  place: string;
  lines: number;
  pico: bigint;
  largest: bigint;
  fromMs: number;
  toMs: number;
  example: string;
};

type Gathered = Pick<LeakageReport, "classes" | "unconverted" | "bills"> & {
  places: Map<string, Place>;
  /** EffectiveCost and BilledCost by run. */
  byRun: Map<string, Billed>;
  /** Start of the first and end of the last charge, ms since 1970; undefined without any. */
  fromMs: number | undefined;
  toMs: number | undefined;
};

/** Sums of lines by class, leaks by place, and EffectiveCost by run: one pass over all lines, page by page. */
async function gather(db: Db, convert: ToUsd, span: Span | undefined): Promise<Gathered> {
  const places = new Map<string, Place>();
  const byRun = new Map<string, Billed>();
  const classes = new ClassGatherer();
  const unconverted = new Map<string, bigint>();
  const bills = new Set<number>();
  let [fromMs, toMs] = [Infinity, -Infinity];
  for await (const row of postedLines(db, span)) {
    bills.add(row.file_no);
    fromMs = Math.min(fromMs, row.period_start_ms);
    toMs = Math.max(toMs, row.period_end_ms);
    const name = BillClass.parse(row.class);
    const billed = convert(parseMoney(row.billed), row.currency, row.period_end_ms);
    const effective = convert(parseMoney(row.effective), row.currency, row.period_end_ms);
    if (billed === null || effective === null) {
      unconverted.set(row.currency, (unconverted.get(row.currency) ?? 0n) + parseMoney(row.billed));
      continue;
    }
    classes.add({ class: name, billedPico: billed, effectivePico: effective, line: { endMs: row.period_end_ms } });
    if ((name === "run" || name === "failed-run") && row.run_id !== null)
      addBilled(byRun, row.run_id, { billed, effective });
    if (CLASSES[name].isLeak) addPlace(places, row, { name, billed });
  }
  return {
    places,
    byRun,
    classes: sumClasses(classes.rows()),
    unconverted: [...unconverted].map(([currency, pico]) => ({ currency, amount: formatMoney(pico) })),
    bills: bills.size,
    fromMs: bills.size === 0 ? undefined : fromMs,
    toMs: bills.size === 0 ? undefined : toMs,
  };
}

type Billed = { billed: bigint; effective: bigint };

function addBilled(byRun: Map<string, Billed>, id: string, { billed, effective }: Billed): void {
  const known = byRun.get(id) ?? { billed: 0n, effective: 0n };
  byRun.set(id, { billed: known.billed + billed, effective: known.effective + effective });
}

function addPlace(
  places: Map<string, Place>,
  row: PostedLine,
  { name, billed }: { name: BillClass; billed: bigint },
): void {
  const place = (name === "failed-run" ? row.run_id : (row.resource ?? row.service)) || "not named";
  const key = `${name}\n${place}`;
  const known = places.get(key) ?? newPlace(name, place, row);
  known.lines += 1;
  known.pico += billed;
  known.fromMs = Math.min(known.fromMs, row.period_start_ms);
  known.toMs = Math.max(known.toMs, row.period_end_ms);
  if (known.example === "" || billed > known.largest) {
    known.largest = billed;
    known.example = `${row.file}:${row.line_no}`;
  }
  places.set(key, known);
}

type PostedLine = Pick<
  Row<"bill_lines">,
  | "file_no"
  | "line_no"
  | "part"
  | "billed"
  | "effective"
  | "period_start_ms"
  | "period_end_ms"
  | "class"
  | "run_id"
  | "resource"
  | "service"
> & { file: string; currency: string };

/** Lines of all posted bills that end in a span, in the order of files and lines. */
async function* postedLines(db: Db, span: Span | undefined): AsyncGenerator<PostedLine> {
  const files = await db
    .selectFrom("bill_files")
    .select(["file_no", "name", "currency"])
    .where("state", "=", "posted")
    .orderBy("file_no")
    .execute();
  for (const { file_no, name: file, currency } of files) {
    for (let after = { line: 0, part: 0 }; ;) {
      let query = db
        .selectFrom("bill_lines")
        .select(["file_no", "line_no", "part", "billed", "effective", "period_start_ms", "period_end_ms", "class"])
        .select(["run_id", "resource", "service"])
        .where("file_no", "=", file_no)
        .where((eb) => eb(eb.refTuple("line_no", "part"), ">", eb.tuple(after.line, after.part)));
      if (span !== undefined)
        query = query.where("period_end_ms", ">", span.fromMs).where("period_end_ms", "<=", span.toMs);
      const rows = await query.orderBy("line_no").orderBy("part").limit(PAGE).execute();
      if (rows.length === 0) break;
      after = { line: rows.at(-1)!.line_no, part: rows.at(-1)!.part };
      for (const row of rows) yield { ...row, file, currency };
    }
  }
}

function newPlace(name: BillClass, place: string, row: { period_start_ms: number; period_end_ms: number }): Place {
  const { period_start_ms: fromMs, period_end_ms: toMs } = row;
  return { class: name, place, lines: 0, pico: 0n, largest: 0n, fromMs, toMs, example: "" };
}

async function runsById(store: Store, pricing: Pricing): Promise<ReadonlyMap<string, CostedRun>> {
  return new Map((await costedRuns(store, pricing)).map((run) => [run.id, run]));
}

/** Runs that accrued cost in a span and have no line in a bill: the bill lacks their machine, or does not name it. */
function unbilledRuns(
  billed: ReadonlyMap<string, Billed>,
  runs: ReadonlyMap<string, CostedRun>,
  span: Span,
): LeakageReport["unbilled"] {
  const costs = [...runs.values()].flatMap((run) => {
    const pico = billed.has(run.id) ? null : spentIn(run, span);
    return pico === null || pico === 0n ? [] : [pico];
  });
  return { runs: costs.length, accruedUsd: formatMoney(costs.reduce((sum, pico) => sum + pico, 0n)) };
}

function runBills(
  byRun: ReadonlyMap<string, Billed>,
  runs: ReadonlyMap<string, CostedRun>,
  span: Span | undefined,
): LeakageReport["runs"] {
  const size = (usd: string | null): bigint => {
    const pico = parseMoney(usd ?? "0");
    return pico < 0n ? -pico : pico;
  };
  return [...byRun]
    .map(([runId, { billed: billedCost, effective: billed }]) => {
      const run = runs.get(runId);
      const accrued = run === undefined ? null : spentIn(run, span);
      const accruedUsd = accrued === null ? null : formatMoney(accrued);
      return {
        runId,
        name: run?.name ?? "not known",
        accruedUsd,
        billedUsd: formatMoney(billed),
        differenceUsd: accrued === null ? null : formatMoney(billed - accrued),
        ratio: accrued === null || accrued === 0n ? null : Number(billed) / Number(accrued),
        billedCostUsd: formatMoney(billedCost),
        basis: run?.cost.basis ?? "no price",
        reasons: accrued === billed ? [] : reasonsOf({ run, accrued, billed, billedCost }),
      };
    })
    .toSorted((a, b) => {
      const gap = size(b.differenceUsd) - size(a.differenceUsd);
      return gap > 0n ? 1 : gap < 0n ? -1 : a.runId < b.runId ? -1 : 1;
    });
}

/** Known reasons why the accrued cost of a run differs from its bill. */
function reasonsOf({
  run,
  accrued,
  billed,
  billedCost,
}: {
  run: CostedRun | undefined;
  accrued: bigint | null;
  billed: bigint;
  billedCost: bigint;
}): string[] {
  if (run === undefined) return ["the run is not known"];
  if (accrued === null) return [run.cost.reason ?? "no price in this month"];
  const reasons: string[] = [];
  if (billedCost !== billed) {
    reasons.push(
      `EffectiveCost is ${formatMoney(roundMoney(billed))} and BilledCost ${formatMoney(roundMoney(billedCost))} USD: a commitment or a prepaid amount is spread over what used it, and the accrued price does not know it`,
    );
  }
  if (run.priceSource === "price-book")
    reasons.push("accrued at the median of list prices: the seller's price and discounts may differ");
  if (run.cost.state === "stale") reasons.push("the run stopped reporting: the time since then is not accrued");
  if (run.entered.length > 0) reasons.push("accrued includes model calls or tokens, which other lines may bill");
  if (reasons.length === 0)
    reasons.push(
      billed > accrued
        ? "accrued for the time in which the server saw the run; sellers bill from start to end of the machine"
        : "billed less than the time in which the server saw the run: runs that share a machine share its lines, or the bill lacks some",
    );
  return reasons;
}
