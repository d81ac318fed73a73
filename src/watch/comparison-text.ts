import { textTable } from "../base/text-table.ts";
import { counted, minus, percent } from "../base/words.ts";
import { formatNumber } from "../base/units.ts";
import type { ComparedSignal, WatchComparison } from "../domain/watch-comparison.ts";
import { SIGNALS } from "./signals.ts";

/** Units whose changes are shown unchanged, not in per cent. */
const PLAIN_UNITS: ReadonlySet<string> = new Set(["MMD²", "SE", "cosine"]);

/** A value of a signal with its unit. */
export function signalValue(unit: string, value: number): string {
  if (unit === "share") return percent(value);
  return `${formatNumber(value, 3)}${unit === "characters" ? "" : ` ${unit === "seconds" ? "s" : unit}`}`;
}

/** A change of a signal: points of per cent for a share, per cent for a ratio, the distance itself. */
export function changeValue(unit: string, change: number): string {
  const signed = (text: string): string => (change > 0 ? `+${text}` : minus(text));
  if (PLAIN_UNITS.has(unit)) return signed(formatNumber(change, 2));
  const text = formatNumber(change * 100, 2);
  return `${signed(text)} ${unit === "share" ? "points" : "%"}`;
}

/** An interval of a change. */
export function intervalText(unit: string, interval: { low: number; high: number } | null): string {
  return interval === null ? "-" : `${changeValue(unit, interval.low)} to ${changeValue(unit, interval.high)}`;
}

/** A comparison of two samples as a table. */
export function comparisonText({ before, after, level, signals, skipped }: WatchComparison): string {
  const table = textTable(
    [
      { head: "signal" },
      { head: "before", align: "right" },
      { head: "after", align: "right" },
      { head: "rows", align: "right" },
      { head: "change", align: "right" },
      { head: "95 % interval", align: "right" },
      { head: "distance", align: "right" },
      { head: "p (Holm)", align: "right" },
      { head: "changed" },
    ],
    signals.map((signal) => row(signal)),
  );
  const changed = signals.filter(({ isChanged }) => isChanged).length;
  const left = skipped.map(({ signal, reason }) => `${SIGNALS[signal].label}: not compared, ${reason}`);
  return [
    `${before} compared with ${after}`,
    "",
    table,
    "",
    `${counted(changed, "signal")} changed, at a chance of ${percent(level)} that any of them is a false finding`,
    "distance: Wasserstein distance, and the population stability index (PSI) over tenths of the first file with 0.0001 for empty ones; prompts: area under the ROC curve of a linear classifier (0.5: it cannot tell the files apart)",
    ...left,
  ].join("\n");
}

function distanceText({ unit, wasserstein, stability, separation }: ComparedSignal): string {
  if (separation !== null) return `AUC ${separation.toFixed(2)}`;
  if (wasserstein === null || stability === null) return "-";
  return `${signalValue(unit, wasserstein)}, PSI ${stability.toFixed(2)}`;
}

function row(entry: ComparedSignal): string[] {
  return [
    SIGNALS[entry.signal].label,
    signalValue(entry.unit, entry.before),
    signalValue(entry.unit, entry.after),
    `${entry.rows.before}/${entry.rows.after}`,
    changeValue(entry.unit, entry.change),
    intervalText(entry.unit, entry.interval),
    distanceText(entry),
    entry.adjustedP < 0.0001 ? "< 0.0001" : formatNumber(entry.adjustedP, 2),
    entry.isChanged ? "yes" : "no",
  ];
}
