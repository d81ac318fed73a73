import { formatMoney, parseMoney } from "../../../base/money.ts";
import { textTable } from "../../../base/text-table.ts";
import type { BillImport, ClassSum, CurrencyRates, LeakageReport, MatchedLine } from "../../../domain/bill.ts";

/** Number of rules that are printed. */
const MOST_RULES = 10;

type ClassTable = Pick<BillImport, "classes" | "currency" | "billedTotal" | "effectiveTotal" | "lines">;

/** Text of a bill: its totals by class, the total last, and what was repaired. */
export function billText(bill: BillImport): string {
  const { file, isRepeat, lines, repairs, rules, checkedRows, replaced } = bill;
  return [
    `${file}: ${lines} lines${isRepeat ? ", imported before: nothing was written" : ""}`,
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

function classTable({ classes, currency, billedTotal, effectiveTotal, lines }: ClassTable): string {
  const row = ({ class: name, lines: own, billedUsd, effectiveUsd, isLeak, advice }: ClassSum): string[] => [
    name,
    String(own),
    billedUsd,
    effectiveUsd,
    isLeak ? "yes" : "",
    advice,
  ];
  return textTable(
    [
      { head: "class" },
      { head: "lines", align: "right" },
      { head: `billed ${currency}`, align: "right" },
      { head: "effective", align: "right" },
      { head: "leak" },
      { head: "what to do", wrap: 60 },
    ],
    [...classes.map(row), null, ["total", String(lines), billedTotal, effectiveTotal, "", ""]],
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

/** Text of the leakage report: classes, places, and the estimate of each run compared with its bill. */
export function leakageText(report: LeakageReport): string {
  const { classes, billedUsd, chargedUsd, leakUsd, leakShare, places, runs, idle, unconverted } = report;
  if (classes.length === 0 && unconverted.length === 0) return ["no bill was imported", ...idleText(idle)].join("\n");
  const right = (head: string): { head: string; align: "right" } => ({ head, align: "right" });
  const lines = classes.reduce((sum, row) => sum + row.lines, 0);
  const effective = formatMoney(classes.reduce((sum, { effectiveUsd }) => sum + parseMoney(effectiveUsd), 0n));
  const share = leakShare === null ? "" : ` (${(100 * leakShare).toFixed(1)} %)`;
  return [
    `${leakUsd} of ${chargedUsd} USD charged${share} belong to no run`,
    "",
    classTable({ classes, currency: "USD", billedTotal: billedUsd, effectiveTotal: effective, lines }),
    ...(places.length === 0
      ? []
      : [
          "",
          textTable(
            [
              { head: "class" },
              { head: "where" },
              right("lines"),
              right("USD"),
              { head: "from" },
              { head: "to" },
              { head: "largest line" },
            ],
            places.map(({ class: name, place, lines, usd, from, to, example }) => [
              name,
              place,
              String(lines),
              usd,
              from.slice(0, 10),
              to.slice(0, 10),
              example,
            ]),
          ),
        ]),
    ...(runs.length === 0
      ? []
      : [
          "",
          textTable(
            [
              { head: "run" },
              { head: "name" },
              right("accrued USD"),
              right("billed USD"),
              right("difference"),
              right("ratio"),
            ],
            runs.map(({ runId, name, accruedUsd, billedUsd: billed, differenceUsd, ratio }) => [
              runId.slice(0, 8),
              name,
              accruedUsd ?? "unknown",
              billed,
              differenceUsd ?? "unknown",
              ratio === null ? "" : ratio.toFixed(2),
            ]),
          ),
        ]),
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
