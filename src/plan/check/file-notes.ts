import type { CsvRows } from "../../base/csv.ts";
import { counted } from "../../base/words.ts";
import type { Refusal } from "../../domain/estimate.ts";
import type { SpeedRun } from "../speed/throughput.ts";
import { formatLines } from "./line-numbers.ts";
import type { MeasuredColumn } from "./measured-columns.ts";
import { sharedIdNote } from "./repeated-rows.ts";
import { isStandIn } from "./training-row-gpu.ts";
import { unreadNote } from "./unread-columns.ts";

/** The properties of a measured value that the notes use. */
type Noted = { line: number; source: string } & ({ run: SpeedRun | Refusal } | { rejected: string });

/** Source of rows that name none and whose id is not a name with a number. */
export const UNNAMED = "unnamed";

/**
 * Source of a row that names none: the part of its id before the number, `lab` for `lab-12`. Ids of another form do not
 * distinguish sources. Otherwise, rows `a`, `b` and `c` would each be judged by the others, although one person ran
 * them all.
 */
export function sourceOfId(id: string): string {
  return /^([a-zA-Z]+)[-_. ]?\d/.exec(id)?.[1] ?? UNNAMED;
}

/** Columns of training measurements except the measured ones. `notes` and the outcome of a run are never used. */
const COLUMNS: readonly string[] = [
  "id source source_ref source_group extra_facts notes mfu wall_minutes total_tokens",
  "model params_b method precision quant optimizer lora_rank lora_targets trainable_params",
  "gpu gpu_mem_gb n_gpus parallelism seq_len micro_batch global_batch grad_accum",
  "grad_ckpt attention kernels packing stack memory_kind",
].flatMap((names) => names.split(" "));

/** Notes on conversions and oddities of a file, as sentences without a full stop; none of them excludes a row. */
export function fileNotes({
  file,
  columns,
  measurements,
}: {
  file: CsvRows;
  columns: readonly MeasuredColumn[];
  measurements: readonly Noted[];
}): string[] {
  const runs = measurements.flatMap((measurement) =>
    "run" in measurement && "shape" in measurement.run ? [{ ...measurement, run: measurement.run }] : [],
  );
  const values = (which: readonly Noted[]): string => counted(which.length, "value");
  const noted = (which: readonly Noted[], words: (count: string) => string): string[] =>
    which.length === 0 ? [] : [words(values(which))];
  const long = runs.filter(({ run }) => run.shape.context !== null && run.spec.sequenceTokens > run.shape.context);
  return [
    ...columns.filter(({ perUnit }) => perUnit !== 1).map(({ name }) => `the values of ${name} were converted to GiB`),
    ...unreadNote(file.columns, [...COLUMNS, ...columns.map(({ name }) => name)]),
    ...sharedIdNote(file.rows, "source_group"),
    ...noted(
      runs.filter(({ run }) => run.isOfUnknownStack),
      (count) => `${count} with an unknown library, or none, got the wide range of all libraries`,
    ),
    ...noted(
      runs.filter(({ run }) => isStandIn(run.gpu)),
      (count) => `${count} without a GPU of the catalogue got the memory of a substitute GPU`,
    ),
    ...(long.length === 0
      ? []
      : [
          `${values(long)} of sequences longer than the context of their model (${linesOf(long)}): seq_len was used as stated`,
        ]),
    ...noted(
      measurements.filter(({ source }) => source === UNNAMED),
      (count) => `${count} without a source (source_group, or an id like lab-12) were treated as one source`,
    ),
  ];
}

function linesOf(which: readonly Noted[]): string {
  return formatLines([...new Set(which.map(({ line }) => line))]);
}
