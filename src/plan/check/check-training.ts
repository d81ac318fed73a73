import { Failure } from "../../base/failure.ts";
import { isRefusal, type Quantity } from "../../domain/estimate.ts";
import type { CheckedRow, EstimateCheck } from "../../domain/estimate-check.ts";
import type { MemoryKind } from "../../domain/memory-plan.ts";
import { summariseChecks } from "./check-estimates.ts";
import { trainMemory } from "../memory/memory.ts";
import { trainThroughput } from "../speed/throughput.ts";
import { type Catalogue, rowRun, type RowRun } from "./training-row.ts";

/** Columns without which a file is not one of training measurements. */
const REQUIRED = ["id", "model", "method", "stack", "peak_mem_gib", "tokens_per_s_per_gpu"] as const;

/** A checked row before its id. */
type Unnamed = { quantity: string; measured: number } & (
  | { p10: number; p50: number; p90: number }
  | { refused: string }
);

type Row = { line: number; fields: Readonly<Record<string, string>> };

/**
 * Our estimates of memory per GPU and of speed beside measured runs. No row is used to fit anything here.
 *
 * @param rows  rows of a CSV with the columns of the training measurements
 * @throws Failure bad_input where a column is missing or a measured value is no positive number
 */
export function checkTraining(columns: readonly string[], rows: readonly Row[], catalogue: Catalogue): EstimateCheck {
  const missing = REQUIRED.filter((column) => !columns.includes(column));
  if (missing.length > 0)
    throw new Failure("bad_input", `the file has no column ${missing.join(", ")}`, {
      hint: `a file of training measurements has at least ${REQUIRED.join(", ")}`,
    });
  return summariseChecks(rows.flatMap((row) => checkRow(row, catalogue)));
}

function checkRow(row: Row, catalogue: Catalogue): (CheckedRow & { group: string })[] {
  const memory = measured(row, "peak_mem_gib");
  const speed = measured(row, "tokens_per_s_per_gpu");
  if (memory === undefined && speed === undefined) return [];
  const understood = rowRun(row.fields, catalogue);
  const base = { id: row.fields["id"] ?? `line ${row.line}`, group: groupOf(row.fields) };
  const estimate = (of: (run: RowRun) => Quantity): Quantity => ("refused" in understood ? understood : of(understood));
  return [
    ...(memory === undefined
      ? []
      : [
          {
            ...compared(
              "peakMemoryGib",
              memory,
              estimate((run) => memoryOf(run, row.fields["memory_kind"])),
            ),
            ...base,
          },
        ]),
    ...(speed === undefined ? [] : [{ ...compared("tokensPerSecPerGpu", speed, estimate(speedOf)), ...base }]),
  ];
}

function memoryOf({ run, noMemory }: RowRun, kind: string | undefined): Quantity {
  if (noMemory !== undefined) return { refused: noMemory, hint: "supply the fact in its column" };
  const plan = trainMemory(run);
  return plan[kind === "allocated" || kind === "reserved" ? kind : ("device" satisfies MemoryKind)];
}

function speedOf({ run, noSpeed }: RowRun): Quantity {
  return noSpeed === undefined ? trainThroughput(run) : { refused: noSpeed, hint: "supply the fact in its column" };
}

function compared(quantity: string, value: number, estimate: Quantity): Unnamed {
  if (isRefusal(estimate)) return { quantity, measured: value, refused: estimate.refused };
  const { p10, p50, p90 } = estimate;
  return { quantity, measured: value, p10, p50, p90 };
}

/** Source of a row: its `source_group`, else the letters before the number of its id. */
function groupOf(fields: Row["fields"]): string {
  return fields["source_group"] || (/^[a-zA-Z]+/.exec(fields["id"] ?? "")?.[0] ?? "unnamed");
}

function measured({ line, fields }: Row, column: string): number | undefined {
  const text = fields[column] ?? "";
  if (text === "") return undefined;
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0)
    throw new Failure("bad_input", `line ${line}: ${column} is "${text}", expected a positive number or nothing`);
  return value;
}
