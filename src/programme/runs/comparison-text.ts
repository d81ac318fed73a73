import { formatMoney, parseMoney, roundMoney } from "../../base/money.ts";
import { textTable } from "../../base/text-table.ts";
import { whole } from "../../base/words.ts";
import type { RunComparison } from "../../domain/run-comparison.ts";
import { hoursText, ID_DIGITS, valueText } from "./runs-text.ts";

/** Tables of runs next to each other, one column per run: facts, params that differ, metrics. */
export function comparisonText({ runs, params, sameParams, metrics }: RunComparison): string {
  const heads = runs.map(({ id }) => ({ head: id.slice(0, ID_DIGITS), align: "right" as const, wrap: 40 }));
  const table = (head: string, rows: (readonly [string, ...string[]])[]): string =>
    textTable(
      [{ head }, ...heads],
      rows.map((row) => [...row]),
    );
  const facts = table("run", [
    ["name", ...runs.map(({ name }) => name)],
    ["experiment", ...runs.map(({ experiment }) => experiment)],
    ["status", ...runs.map(({ status }) => status.toLowerCase())],
    ["active h", ...runs.map(({ activeSec }) => hoursText(activeSec))],
    ["cost USD", ...runs.map(({ usd }) => (usd === null ? "unknown" : formatMoney(roundMoney(parseMoney(usd)))))],
  ]);
  const pairs = params.map(({ key, values }) => [key, ...values.map((value) => value ?? "none")] as const);
  const latest = metrics.map(
    ({ key, values }) => [key, ...values.map((value) => (value === null ? "none" : valueText(value)))] as const,
  );
  const same = `the same in all runs: ${whole(sameParams)} params and datasets`;
  return [
    facts,
    pairs.length === 0 ? "no param or dataset differs" : table("param", pairs),
    latest.length === 0 ? "no metrics" : table("metric, latest", latest),
    same,
  ].join("\n\n");
}
