import { Failure } from "../base/failure.ts";
import { FOCUS_NEEDS, UNSTATED_END } from "./focus.ts";

/** Columns that a bill in another format can be mapped to. */
const MAPPED = [
  ...FOCUS_NEEDS,
  "BillingCurrency",
  "InvoiceId",
  "InvoiceIssuerName",
  "ProviderName",
  "SubAccountId",
  "ServiceCategory",
  "ServiceName",
  "ResourceId",
  "ChargeDescription",
  "SkuId",
  "ConsumedQuantity",
  "ConsumedUnit",
  "Tags",
] as const;

/** Source of a FOCUS column: another column, or fixed text. */
type Origin = { column: string } | { text: string };

/** Rules that convert rows of a plain CSV file to FOCUS rows. */
export type BillMapping = ReadonlyMap<string, Origin>;

/**
 * Parses a mapping: `BilledCost=Amount` takes a column, `BillingCurrency:=EUR` is fixed text.
 *
 * @throws Failure bad_input for an argument that is neither, or a column that is not a FOCUS column
 */
export function billMapping(words: readonly string[]): BillMapping {
  return new Map(
    words.map((word) => {
      const [, target, isText, origin] = /^(\w+)(:?)=(.+)$/.exec(word) ?? [];
      if (target === undefined || !MAPPED.some((column) => column === target)) {
        throw new Failure("bad_input", `"${word.slice(0, 80)}" does not map to a column of FOCUS`, {
          hint: `write BilledCost=Amount, or BillingCurrency:=EUR for a fixed text; one of ${MAPPED.join(", ")}`,
        });
      }
      return [target, isText === ":" ? { text: origin! } : { column: origin! }];
    }),
  );
}

/**
 * A row with its columns renamed to FOCUS columns. Columns that a plain bill lacks are derived: EffectiveCost is
 * BilledCost, a charge without an end lasts one day, and every line counts as machine usage.
 */
export function mapped(fields: Readonly<Record<string, string>>, mapping: BillMapping): Record<string, string> {
  const row: Record<string, string> = { ...fields };
  for (const [target, origin] of mapping) row[target] = "text" in origin ? origin.text : (fields[origin.column] ?? "");
  row["EffectiveCost"] ??= row["BilledCost"] ?? "";
  if (row["ChargePeriodEnd"] === undefined) {
    row["ChargePeriodEnd"] = endOf(row["ChargePeriodStart"] ?? "");
    row[UNSTATED_END] = "yes";
  }
  row["ChargeCategory"] ??= "Usage";
  row["ServiceCategory"] ??= "Compute";
  return row;
}

/** End of a day: a charge that states only a start is assumed to last one day. */
function endOf(start: string): string {
  const day = /^\d{4}-\d\d-\d\d/.exec(start)?.[0];
  const ms = day === undefined ? Number.NaN : Date.parse(`${day}T00:00:00Z`);
  return Number.isNaN(ms) ? start : new Date(ms + 86_400_000).toISOString();
}

/** FOCUS columns of a header after the mapping. @throws Failure bad_input if none of its columns is in the mapping */
export function mappedColumns(columns: readonly string[], mapping: BillMapping, name: string): string[] {
  for (const origin of mapping.values()) {
    if ("column" in origin && !columns.includes(origin.column)) {
      throw new Failure("bad_input", `${name} has no column ${origin.column}`, {
        hint: `its columns are ${columns.slice(0, 20).join(", ")}`,
      });
    }
  }
  return mapping.size === 0
    ? [...columns]
    : [...columns, ...mapping.keys(), "EffectiveCost", "ChargePeriodEnd", "ChargeCategory", "ServiceCategory"];
}
