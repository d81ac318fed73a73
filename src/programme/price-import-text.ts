import type { ImportedPrices } from "../catalog/importers/import-prices.ts";
import { quarantineText } from "./price-check-text.ts";
import type { AddedPrices } from "./price-book.ts";

/** `prices import` for people: how many rows came, what became of each, and what is in the file now. */
export function priceImportText(
  answer: ImportedPrices & { file: string; out: string; saved: AddedPrices | null },
): string {
  const { file, out, format, rowsIn, rowsKept, rowsQuarantined, prices, quarantined, saved } = answer;
  const head = `${file} (${format}): ${rowsIn} rows in = ${rowsKept} kept + ${rowsQuarantined} quarantined; ${prices.length} prices`;
  const written =
    saved === null
      ? `${out} was not written`
      : `${out}: ${saved.added} added, ${saved.replaced} replaced, ${saved.unchanged} unchanged, ${saved.total} in all`;
  return [head, written, ...(quarantined.length > 0 ? [`\n${quarantineText(quarantined)}`] : [])].join("\n");
}
