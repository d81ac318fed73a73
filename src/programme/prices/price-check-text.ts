import { type Column, textTable } from "../../base/text-table.ts";
import { counted } from "../../base/words.ts";
import type { QuarantinedPrice } from "../../domain/price.ts";
import type { PriceCheck } from "../../domain/price-check.ts";

/** Number of reasons of one guard that are printed, followed by the count of the others; `--json` has all. */
const SHOWN_REASONS = 4;

/** Text of `prices check`. */
export function priceCheckText(check: PriceCheck): string {
  const head = `${check.file}: ${counted(check.pricesKept, "price")} kept, ${check.quarantined.length} rows or prices quarantined`;
  const rules = textTable(
    [{ head: "guard" }, { head: "what to do" }],
    check.rules.map(({ id, rule }) => [id, rule]),
  );
  return [head, rules, ...(check.quarantined.length > 0 ? [quarantineText(check.quarantined)] : [])].join("\n\n");
}

/** Quarantined rows by guard and reason: how many, and the line of the first. */
export function quarantineText(quarantined: readonly QuarantinedPrice[]): string {
  const byGuard = new Map<string, Map<string, { first: QuarantinedPrice; count: number }>>();
  for (const row of quarantined) {
    const reasons = byGuard.get(row.guard) ?? new Map<string, { first: QuarantinedPrice; count: number }>();
    const known = reasons.get(row.reason);
    byGuard.set(row.guard, reasons.set(row.reason, { first: known?.first ?? row, count: (known?.count ?? 0) + 1 }));
  }
  const columns: Column[] = [
    { head: "guard" },
    { head: "count", align: "right" },
    { head: "first line", align: "right" },
    { head: "why" },
  ];
  return textTable(
    columns,
    [...byGuard].flatMap(([guard, reasons]) => {
      const all = [...reasons.values()];
      const shown = all.slice(0, SHOWN_REASONS);
      const left = all.slice(SHOWN_REASONS).reduce((sum, { count }) => sum + count, 0);
      const rows = shown.map(({ first, count }) => [guard, String(count), String(first.line ?? ""), first.reason]);
      return left === 0
        ? rows
        : [
            ...rows,
            [guard, String(left), "", left === 1 ? "another value; --json has it" : "other values; --json has each"],
          ];
    }),
  );
}
