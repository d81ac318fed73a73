import type { CsvRows } from "../../base/csv.ts";
import type { CalibratedQuantity } from "../../domain/calibration.ts";
import type { Refusal } from "../../domain/estimate.ts";
import type { MemoryKind } from "../../domain/memory-plan.ts";
import type { SpeedRun } from "../speed/throughput.ts";
import { type Catalogue, rowRun } from "./training-row.ts";

/** A measured quantity of one row of a file, and the run that it was measured on, or why there is none. */
export type Measurement = {
  id: string;
  line: number;
  /** Source of the row: its `source_group`, else the letters before the number of its id. */
  source: string;
  quantity: CalibratedQuantity;
  /** Which of the three numbers of memory it is; of speed it says nothing. */
  kind: MemoryKind;
} & ({ measured: number; run: SpeedRun | Refusal } | { rejected: string });

const COLUMNS = { peakMemoryGib: "peak_mem_gib", tokensPerSecPerGpu: "tokens_per_s_per_gpu" } as const;

/**
 * Measured quantities of the rows of a file, in their order. A row without a measured value has none; a row that
 * contradicts itself is rejected with its reason, and no row stops the others.
 */
export function trainingMeasurements({ rows }: Pick<CsvRows, "rows">, catalogue: Catalogue): Measurement[] {
  return rows.flatMap(({ line, fields }) => {
    const text = (column: string): string => (fields[column] ?? "").trim();
    const kind: MemoryKind =
      text("memory_kind") === "allocated" || text("memory_kind") === "reserved"
        ? (text("memory_kind") as MemoryKind)
        : "device";
    const row = { id: text("id") || `line ${line}`, line, source: sourceOf(text), kind };
    const understood = rowRun(fields, catalogue);
    return (["peakMemoryGib", "tokensPerSecPerGpu"] as const).flatMap((quantity): Measurement[] => {
      const value = text(COLUMNS[quantity]);
      if (value === "") return [];
      const measured = Number(value);
      if (!(Number.isFinite(measured) && measured > 0))
        return [
          { ...row, quantity, rejected: `${COLUMNS[quantity]} is "${value}", expected a positive number or nothing` },
        ];
      if ("refused" in understood) return [{ ...row, quantity, measured, run: understood }];
      const gap = quantity === "peakMemoryGib" ? understood.noMemory : understood.noSpeed;
      const run = gap === undefined ? understood.run : { refused: gap, hint: "supply the fact in its column" };
      return [{ ...row, quantity, measured, run }];
    });
  });
}

function sourceOf(text: (column: string) => string): string {
  return text("source_group") || (/^[a-zA-Z]+/.exec(text("id"))?.[0] ?? "unnamed");
}
