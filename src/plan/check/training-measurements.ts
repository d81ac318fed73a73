import type { CsvRow, CsvRows } from "../../base/csv.ts";
import { counted } from "../../base/words.ts";
import { peakTflops, specifiedTflops } from "../../catalog/peak-tflops.ts";
import type { CalibratedQuantity } from "../../domain/calibration.ts";
import type { Refusal } from "../../domain/estimate.ts";
import type { MemoryKind } from "../../domain/memory-plan.ts";
import { hardwareFlopsPerToken } from "../speed/flops.ts";
import { matmulFormat } from "../speed/matmul-time.ts";
import type { SpeedRun } from "../speed/throughput.ts";
import { type MeasuredColumn, measuredColumns } from "./measured-columns.ts";
import { rowContradiction } from "./row-contradictions.ts";
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
} & ({ measured: number; run: SpeedRun | Refusal; otherwise: SpeedRun[] } | { rejected: string });

/** What a file of measurements holds: nothing of it is lost. */
export type Measurements = { measurements: Measurement[]; unmeasured: number; notes: string[] };

/** Source of rows that name none and whose id begins with no letters. */
const UNNAMED = "unnamed";

/**
 * Measured quantities of the rows of a file, in their order. A row that contradicts itself or is torn is rejected with
 * its reason, and no row stops the others.
 *
 * @throws Failure bad_input where the file has no column of a measured value, or none of the model or the method
 */
export function trainingMeasurements(file: CsvRows, catalogue: Catalogue): Measurements {
  const columns = measuredColumns(file.columns);
  const torn = new Map(file.ragged.map((row) => [row.line, `the row ${row.reason}`]));
  const rows = [...file.rows, ...file.ragged].toSorted((a, b) => a.line - b.line);
  const perRow = rows.map((row) => rowMeasurements(row, { columns, catalogue, torn: torn.get(row.line) }));
  const measurements = perRow.flat();
  const unnamed = measurements.filter(({ source }) => source === UNNAMED).length;
  const pooled = measurements.filter(
    (each) => "run" in each && "shape" in each.run && each.run.isOfUnknownStack,
  ).length;
  return {
    measurements,
    unmeasured: perRow.filter((each) => each.length === 0).length,
    notes: [
      ...columns.filter(({ perUnit }) => perUnit !== 1).map(({ name }) => `the values of ${name} were turned into GiB`),
      ...(pooled > 0
        ? [
            `${counted(pooled, "value")} of a library that is not known, or of none, got the range that other libraries have under the physics of Hugging Face's`,
          ]
        : []),
      ...(unnamed > 0 && measurements.length > 0
        ? [
            `${counted(unnamed, "value")} without a source (source_group, or letters at the start of the id) were taken as of one`,
          ]
        : []),
    ],
  };
}

function rowMeasurements(
  { line, fields }: CsvRow,
  { columns, catalogue, torn }: { columns: readonly MeasuredColumn[]; catalogue: Catalogue; torn: string | undefined },
): Measurement[] {
  const text = (column: string): string => (fields[column] ?? "").trim();
  const kind = text("memory_kind").toLowerCase();
  const row = {
    id: text("id") || `line ${line}`,
    line,
    source: text("source_group") || (/^[a-zA-Z]+/.exec(text("id"))?.[0] ?? UNNAMED),
    kind: kind === "allocated" || kind === "reserved" ? kind : ("device" satisfies MemoryKind),
  } as const;
  const measured = columns.filter(({ name }) => text(name) !== "");
  if (torn !== undefined)
    return (measured.length === 0 ? columns.slice(0, 1) : measured).map(({ quantity }) => ({
      ...row,
      quantity,
      rejected: torn,
    }));
  if (measured.length === 0) return [];
  const contradiction = rowContradiction(text);
  const understood = contradiction === undefined ? rowRun(fields, catalogue) : undefined;
  return measured.map(({ name, quantity, perUnit }): Measurement => {
    const value = Number(text(name)) * perUnit;
    const rejected = notPositive(name, text(name)) ?? contradiction;
    if (rejected !== undefined || understood === undefined)
      return { ...row, quantity, rejected: rejected ?? "the row contradicts itself" };
    if ("refused" in understood) return { ...row, quantity, measured: value, run: understood, otherwise: [] };
    const { run, otherwise, noMemory, noSpeed } = understood;
    const impossible = quantity === "tokensPerSecPerGpu" ? aboveThePeak(run, value) : undefined;
    if (impossible !== undefined) return { ...row, quantity, rejected: impossible };
    const gap = quantity === "peakMemoryGib" ? noMemory : noSpeed;
    const known = gap === undefined ? run : { refused: gap, hint: "supply the fact in its column" };
    return { ...row, quantity, measured: value, run: known, otherwise };
  });
}

function notPositive(column: string, value: string): string | undefined {
  const number = Number(value);
  if (Number.isFinite(number) && number > 0) return undefined;
  return `${column} is "${value.slice(0, 40)}", expected a positive number without a unit, or nothing`;
}

/** A speed whose matrix products alone, recomputed ones with them, would need more than the card can do: not of one GPU. */
function aboveThePeak({ shape, spec, gpu }: SpeedRun, tokensPerSec: number): string | undefined {
  const formats = ["bf16", matmulFormat(spec.precision)] as const;
  // Desktop cards run above the clock of their specification.
  const peak = Math.max(...formats.flatMap((each) => [specifiedTflops(gpu, each) ?? 0, peakTflops(gpu, each) ?? 0]));
  // Rows may be far shorter than the sequence that caps them: attention is left out.
  const needed = (tokensPerSec * hardwareFlopsPerToken(shape, { ...spec, sequenceTokens: 1 })) / 1e12;
  if (peak === 0 || needed <= peak) return undefined;
  return `tokens_per_s_per_gpu is ${tokensPerSec}: ${(needed / peak).toFixed(1)} times what ${gpu.id} can compute; is it of all GPUs together?`;
}
