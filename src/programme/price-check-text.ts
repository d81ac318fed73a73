import { type Column, textTable } from "../base/text-table.ts";
import type { QuarantinedPrice } from "../domain/price.ts";
import type { PriceCheck } from "./price-check.ts";

/** Most reasons that are printed; the count of the others stands below them, and `--json` has all. */
const SHOWN_REASONS = 20;

/** `prices check` for people. */
export function priceCheckText(check: PriceCheck): string {
  const head = `${check.file}: ${check.pricesKept} prices kept, ${check.quarantined.length} rows or prices quarantined`;
  const rules = textTable(
    [{ head: "guard" }, { head: "what holds" }],
    check.rules.map(({ id, rule }) => [id, rule]),
  );
  return [head, rules, ...(check.quarantined.length > 0 ? [quarantineText(check.quarantined)] : [])].join("\n\n");
}

/** Quarantined rows by guard and reason: how many, and the line of the first. */
export function quarantineText(quarantined: readonly QuarantinedPrice[]): string {
  const byReason = new Map<string, { first: QuarantinedPrice; count: number }>();
  for (const row of quarantined) {
    const key = `${row.guard}\t${row.reason}`;
    const known = byReason.get(key);
    if (known) known.count += 1;
    else byReason.set(key, { first: row, count: 1 });
  }
  const reasons = [...byReason.values()];
  const rows = reasons
    .slice(0, SHOWN_REASONS)
    .map(({ first, count }) => [
      first.guard,
      String(count),
      first.line === null ? "" : String(first.line),
      first.reason,
    ]);
  const left = reasons.slice(SHOWN_REASONS).reduce((sum, { count }) => sum + count, 0);
  const columns: Column[] = [
    { head: "guard" },
    { head: "rows", align: "right" },
    { head: "first line", align: "right" },
    { head: "why" },
  ];
  return textTable(columns, left === 0 ? rows : [...rows, ["", String(left), "", "for other reasons: --json has all"]]);
}
