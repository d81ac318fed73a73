import { formatMoney, parseMoney } from "../../../base/money.ts";
import { textTable } from "../../../base/text-table.ts";
import { counted } from "../../../base/words.ts";
import type { BillImport, ClassSum, CurrencyRates, LeakageReport, MatchedLine } from "../../../domain/bill.ts";

/** Number of rules that are printed. */
const MOST_RULES = 10;

/** Number of runs that are printed. */
const MOST_RUNS = 25;

type ClassTable = Pick<BillImport, "classes" | "currency" | "billedTotal" | "effectiveTotal">;

/** Text of a bill: its totals by class, the total last, and what was repaired. */
export function billText(bill: BillImport): string {
  const { file, isRepeat, lines, repairs, rules, checkedRows, replaced } = bill;
  return [
    `${file}: ${counted(lines, "line")}${partsNote(bill)}${isRepeat ? ", imported before: nothing was written" : ""}`,
    ...(replaced === null ? [] : [`${replaced} was replaced: its entries are reversed, and both remain visible`]),
    "",
    classTable(bill),
    ...(repairs.length === 0
      ? []
      : [
          "",
          textTable(
            [{ head: "repaired" }, { head: "", wrap: 60 }, { head: "rows", align: "right" }, { head: "for example" }],
            repairs.map(({ column, rule, count, example }) => [column, rule, String(count), example]),
          ),
        ]),
    ...(rules.length === 0
      ? []
      : [
          "",
          `rules of FOCUS 1.2 that the first ${checkedRows} rows violate:`,
          textTable(
            [
              { head: "rule", wrap: 70 },
              { head: "" },
              { head: "rows", align: "right" },
              { head: "line", align: "right" },
            ],
            rules
              .slice(0, MOST_RULES)
              .map(({ text, level, count, line }) => [text, level, String(count), String(line)]),
          ),
          ...(rules.length > MOST_RULES ? [`and ${rules.length - MOST_RULES} more: --json has all`] : []),
        ]),
  ].join("\n");
}

function partsOf(classes: readonly ClassSum[]): number {
  return classes.reduce((sum, { lines }) => sum + lines, 0);
}

/** Number of parts of the lines, if some were split. */
function partsNote({ classes, lines }: Pick<BillImport, "classes" | "lines">): string {
  const parts = partsOf(classes);
  return parts === lines ? "" : ` in ${parts} parts: a line that several runs share has one for each`;
}

/** The place of a leak; a failed run by its short id and its name. */
export function placeText(
  { class: name, place }: Pick<LeakageReport["places"][number], "class" | "place">,
  runs: LeakageReport["runs"],
): string {
  if (name !== "failed-run") return place;
  return `${place.slice(0, 8)} ${runs.find(({ runId }) => runId === place)?.name ?? ""}`.trim();
}

function classTable({ classes, currency, billedTotal, effectiveTotal }: ClassTable): string {
  const row = ({ class: name, lines: own, billedUsd, effectiveUsd, share, isLeak, advice }: ClassSum): string[] => [
    name,
    String(own),
    billedUsd,
    effectiveUsd,
    share === null ? "" : (100 * share).toFixed(1),
    isLeak ? "yes" : "",
    advice,
  ];
  return textTable(
    [
      { head: "class" },
      { head: "parts", align: "right" },
      { head: `billed ${currency}`, align: "right" },
      { head: "effective", align: "right" },
      { head: "share %", align: "right" },
      { head: "leak" },
      { head: "what to do", wrap: 60 },
    ],
    [...classes.map(row), null, ["total", String(partsOf(classes)), billedTotal, effectiveTotal, "", "", ""]],
  );
}

/** Runs with idle GPUs; nothing if none was measured idle. */
function idleText(idle: LeakageReport["idle"]): string[] {
  if (idle.length === 0) return [];
  const right = (head: string): { head: string; align: "right" } => ({ head, align: "right" });
  return [
    "",
    "idle GPUs by system metrics, part of the cost of their runs:",
    textTable(
      [{ head: "run" }, { head: "name" }, right("GPUs"), right("mean %"), right("idle %"), right("idle USD")],
      idle.map(({ runId, name, gpus, meanPercent, idleShare, idleUsd }) => [
        runId,
        name,
        String(gpus),
        meanPercent.toFixed(1),
        (100 * idleShare).toFixed(1),
        idleUsd ?? "unknown",
      ]),
    ),
  ];
}

/** The charges that a report covers, and what its share excludes. */
function scopeText({ month, bills, from, to, billedUsd, chargedUsd }: LeakageReport): string {
  if (from === null || to === null) return month === null ? "no charges" : `no charges that end in ${month}`;
  const which = month === null ? "all charges" : `charges that end in ${month}`;
  const rest = formatMoney(parseMoney(billedUsd) - parseMoney(chargedUsd));
  const base = rest === "0.00" ? "" : `; without tax, credit and support (${rest} USD)`;
  return `${which}, ${counted(bills, "bill")}, ${from.slice(0, 10)} to ${to.slice(0, 10)}${base}`;
}

/** Estimate and bill of each run; nothing if no run was billed. */
function runsText(runs: LeakageReport["runs"]): string[] {
  if (runs.length === 0) return [];
  const right = (head: string): { head: string; align: "right" } => ({ head, align: "right" });
  const priced = runs.filter(({ accruedUsd }) => accruedUsd !== null);
  const sum = (pick: (run: LeakageReport["runs"][number]) => string | null, rows: LeakageReport["runs"]): string =>
    formatMoney(rows.reduce((total, run) => total + parseMoney(pick(run) ?? "0"), 0n));
  return [
    "",
    "estimate and bill of each run:",
    textTable(
      [
        { head: "run" },
        { head: "name" },
        right("accrued USD"),
        right("effective USD"),
        right("difference"),
        right("effective/accrued"),
      ],
      [
        ...runs
          .slice(0, MOST_RUNS)
          .map(({ runId, name, accruedUsd, billedUsd, differenceUsd, ratio }) => [
            runId.slice(0, 8),
            name,
            accruedUsd ?? "unknown",
            billedUsd,
            differenceUsd ?? "unknown",
            ratio === null ? "" : ratio.toFixed(2),
          ]),
        null,
        [
          "total",
          priced.length === runs.length ? "" : "difference: of runs with a price",
          sum(({ accruedUsd }) => accruedUsd, priced),
          sum(({ billedUsd }) => billedUsd, runs),
          sum(({ differenceUsd }) => differenceUsd, priced),
          "",
        ],
      ],
    ),
    ...reasonsText(runs),
    ...(runs.length > MOST_RUNS ? [`the ${MOST_RUNS} largest differences of ${runs.length} runs: --json has all`] : []),
  ];
}

/** Reasons of the differences, each with the number of runs that it applies to. */
function reasonsText(runs: LeakageReport["runs"]): string[] {
  const counts = new Map<string, { runs: number; example: string }>();
  for (const { name, reasons } of runs)
    for (const reason of reasons) {
      const kind = reason.replaceAll(/-?\d+\.\d+/g, "#");
      counts.set(kind, {
        runs: (counts.get(kind)?.runs ?? 0) + 1,
        example: counts.get(kind)?.example ?? `${name}: ${reason}`,
      });
    }
  const known = [...counts.values()].toSorted((a, b) => b.runs - a.runs);
  if (known.length === 0) return [];
  return [
    "why they differ:",
    ...known.map(({ runs: count, example }) => `  ${counted(count, "run")}, such as ${example}`),
  ];
}

/** Runs without a bill, as one sentence; none if every run has one. */
export function unbilledText({ unbilled: { runs, accruedUsd } }: Pick<LeakageReport, "unbilled">): string[] {
  if (runs === 0) return [];
  const have = `${counted(runs, "run")} accrued ${accruedUsd} USD in this time and ${runs === 1 ? "has" : "have"}`;
  return [`${have} no line in a bill: a bill may be missing, or the tag tunewright.resource that names the machine`];
}

/** Text of the leakage report: classes, places, and the estimate of each run compared with its bill. */
export function leakageText(report: LeakageReport): string {
  const { classes, billedUsd, chargedUsd, leakUsd, leakShare, places, runs, idle, unconverted } = report;
  if (classes.length === 0 && unconverted.length === 0) {
    const none = report.month === null ? "no bill was imported" : `no charge ends in ${report.month}`;
    return [none, ...idleText(idle)].join("\n");
  }
  const right = (head: string): { head: string; align: "right" } => ({ head, align: "right" });
  const effective = formatMoney(classes.reduce((sum, { effectiveUsd }) => sum + parseMoney(effectiveUsd), 0n));
  const share = leakShare === null ? "" : ` (${(100 * leakShare).toFixed(1)} %)`;
  return [
    `${leakUsd} of ${chargedUsd} USD charged${share} is leakage: no finished run accounts for it`,
    scopeText(report),
    "",
    classTable({ classes, currency: "USD", billedTotal: billedUsd, effectiveTotal: effective }),
    ...(places.length === 0
      ? []
      : [
          "",
          "largest leaks:",
          textTable(
            [
              { head: "class" },
              { head: "where" },
              right("parts"),
              right("USD"),
              { head: "from" },
              { head: "to" },
              { head: "largest line" },
            ],
            places.map(({ class: name, place, lines, usd, from, to, example }) => [
              name,
              placeText({ class: name, place }, runs),
              String(lines),
              usd,
              from.slice(0, 10),
              to.slice(0, 10),
              example,
            ]),
          ),
        ]),
    ...runsText(runs),
    ...unbilledText(report),
    ...unconverted.map(
      ({ currency, amount }) => `${amount} ${currency} are in no total: no rate is stored (tunewright ledger rate)`,
    ),
    ...idleText(idle),
  ].join("\n");
}

/** Text of a line that was moved by hand. */
export function matchText({ file, line, from, to, usd }: MatchedLine): string {
  return from === to ? `${file}:${line} was ${to} before` : `${file}:${line}: ${usd} moved from ${from} to ${to}`;
}

/** Text of stored exchange rates. */
export function ratesText({ rates }: CurrencyRates): string {
  return textTable(
    [{ head: "currency" }, { head: "from day" }, { head: "USD", align: "right" }, { head: "source" }],
    rates.map(({ currency, day, usd, source }) => [currency, day, usd, source]),
  );
}
