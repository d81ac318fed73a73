import type { CsvRows } from "../../base/csv.ts";
import { Failure } from "../../base/failure.ts";
import { didYouMean } from "../../base/suggest.ts";
import type { CalibratedQuantity } from "../../domain/calibration.ts";

/** A column of measured values: its quantity, and the factor to that quantity's unit. */
export type MeasuredColumn = { name: string; quantity: CalibratedQuantity; perUnit: number };

const MEBIBYTE = 1 / 1024;

/** Columns of measured values by name; other units are converted exactly. GB is 1e9 bytes, GiB 2^30. */
const MEASURED_COLUMNS: readonly MeasuredColumn[] = [
  { name: "peak_mem_gib", quantity: "peakMemoryGib", perUnit: 1 },
  { name: "peak_mem_gb", quantity: "peakMemoryGib", perUnit: 1e9 / 2 ** 30 },
  { name: "peak_mem_mib", quantity: "peakMemoryGib", perUnit: MEBIBYTE },
  { name: "peak_mem_mb", quantity: "peakMemoryGib", perUnit: 1e6 / 2 ** 30 },
  { name: "peak_mem_bytes", quantity: "peakMemoryGib", perUnit: 1 / 2 ** 30 },
  { name: "tokens_per_s_per_gpu", quantity: "tokensPerSecPerGpu", perUnit: 1 },
];

/** Columns without which no row can be used. */
const REQUIRED = ["model", "method"] as const;

/**
 * The columns of measured values in a file, one per quantity; a column in our unit takes precedence.
 *
 * @throws Failure bad_input if the file has none of them, or does not state the model and method
 */
export function measuredColumns({
  columns,
  name: file = "the file",
}: Pick<CsvRows, "columns" | "name">): MeasuredColumn[] {
  const missing = REQUIRED.filter((column) => !columns.includes(column));
  const found = (["peakMemoryGib", "tokensPerSecPerGpu"] as const).flatMap(
    (quantity) =>
      MEASURED_COLUMNS.find(
        (measuredColumn) => measuredColumn.quantity === quantity && columns.includes(measuredColumn.name),
      ) ?? [],
  );
  if (missing.length === 0 && found.length > 0) return found;
  const names = missing.length > 0 ? missing : ["peak_mem_gib", "tokens_per_s_per_gpu"];
  const near = names.flatMap((name) => didYouMean(name, columns) ?? []);
  throw new Failure(
    "bad_input",
    `${file} has no column ${names.join(missing.length > 0 ? ", and no column " : " or ")}`,
    {
      hint: `${near.length > 0 ? `${near.join(" ")} A` : "a"} file of training measurements has one row per run with model, method, stack and the measured values: peak_mem_gib (or _gb, _mib), tokens_per_s_per_gpu, or both`,
    },
  );
}
