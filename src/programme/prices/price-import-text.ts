import type { ApiPriceImport, PriceImport } from "../../domain/price-import.ts";
import { counted } from "../../base/words.ts";
import { quarantineText } from "./price-check-text.ts";

/** Text of `prices import`: number of rows, the result of each, and the contents of the file now. */
export function priceImportText(answer: PriceImport | ApiPriceImport): string {
  const { file, out, format, rowsIn, rowsKept, rowsQuarantined, prices, quarantined, saved } = answer;
  const head = `${file} (${format}): ${counted(rowsIn, "row")} in = ${rowsKept} kept + ${rowsQuarantined} quarantined; ${counted(prices.length, "price")}`;
  const written =
    saved === null
      ? `${out} was not written`
      : `${out}: ${saved.added} added, ${saved.replaced} replaced, ${saved.unchanged} unchanged, ${saved.total} in total`;
  return [head, written, ...(quarantined.length > 0 ? [`\n${quarantineText(quarantined)}`] : [])].join("\n");
}
