import type { CsvRows } from "../../base/csv.ts";
import { Failure } from "../../base/failure.ts";
import { didYouMean } from "../../base/suggest.ts";

/** Quantities that a row of serving measurements may have. */
export type ServingQuantity = "outputTokensPerSec" | "tpotMs" | "ttftMs";

/** A column of measured values: its quantity, the factor to that quantity's unit, and whether it is per GPU. */
export type ServingColumn = { name: string; quantity: ServingQuantity; perUnit: number; isPerGpu?: boolean };

/** Columns of measured values by name; those in our units come first. */
const SERVING_COLUMNS: readonly ServingColumn[] = [
  { name: "output_tokens_per_s_total", quantity: "outputTokensPerSec", perUnit: 1 },
  { name: "output_tokens_per_s", quantity: "outputTokensPerSec", perUnit: 1 },
  { name: "output_tokens_per_s_per_gpu", quantity: "outputTokensPerSec", perUnit: 1, isPerGpu: true },
  { name: "tpot_ms", quantity: "tpotMs", perUnit: 1 },
  { name: "tpot_s", quantity: "tpotMs", perUnit: 1000 },
  { name: "ttft_ms", quantity: "ttftMs", perUnit: 1 },
  { name: "ttft_s", quantity: "ttftMs", perUnit: 1000 },
];

const QUANTITIES = ["outputTokensPerSec", "tpotMs", "ttftMs"] as const;

/** Columns without which no row can be used. */
const REQUIRED = ["model", "gpu", "engine"] as const;

/** Columns with the facts of a row. `notes` is never used, and `total_tokens_per_s` only together with the output. */
export const FACT_COLUMNS: readonly string[] = [
  "id source source_ref source_group extra_facts notes scenario load concurrency total_tokens_per_s",
  "engine model params_b precision gpu gpu_mem_gb n_gpus tp pp ep dp parallelism",
  "input_len output_len ttft_statistic tpot_statistic",
].flatMap((names) => names.split(" "));

/**
 * The columns of measured values in a file, one per quantity; a column in our unit takes precedence.
 *
 * @throws Failure bad_input if the file has none of them, or does not state model, engine and GPU
 */
export function servingColumns({
  columns,
  name: file = "the file",
}: Pick<CsvRows, "columns" | "name">): ServingColumn[] {
  const missing = REQUIRED.filter((column) => !columns.includes(column));
  const found = QUANTITIES.flatMap(
    (quantity) =>
      SERVING_COLUMNS.find(
        (servingColumn) => servingColumn.quantity === quantity && columns.includes(servingColumn.name),
      ) ?? [],
  );
  if (missing.length === 0 && found.length > 0) return found;
  const names = missing.length > 0 ? missing : ["output_tokens_per_s_total", "tpot_ms", "ttft_ms"];
  const near = names.flatMap((name) => {
    const meant = didYouMean(name, columns);
    return meant === undefined ? [] : [`of ${name}: ${meant}`];
  });
  throw new Failure(
    "bad_input",
    `${file} has no column ${names.join(missing.length > 0 ? ", and no column " : " or ")}`,
    {
      hint: `${near.length > 0 ? `${near.join(" ")} A` : "a"} file of serving measurements has one row per operating point with model, engine, gpu, concurrency, input_len, output_len and the measured values: output_tokens_per_s_total (or _per_gpu), tpot_ms, ttft_ms`,
    },
  );
}

/** Columns with measured values in any unit, and remarks, which no estimate may use. */
const UNREAD =
  /^(output_tokens|total_tokens|input_tokens_per|ttft_(?!statistic$)|tpot_(?!statistic$)|itl|e2e|latency|notes$)/;

/** The fields of a row that an estimate may use. */
export function factFields(fields: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).filter(([column]) => !UNREAD.test(column)));
}
