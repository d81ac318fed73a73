import type { CsvRow, CsvRows } from "../../base/csv.ts";
import { suggest } from "../../base/suggest.ts";
import { counted } from "../../base/words.ts";
import type { Refusal } from "../../domain/estimate.ts";
import type { SpeedRun } from "../speed/throughput.ts";
import { linesWords } from "./lines-words.ts";
import type { MeasuredColumn } from "./measured-columns.ts";
import { STAND_IN_GPU } from "./training-row-gpu.ts";

/** A measured value as the notes look at it. */
type Noted = { line: number; source: string } & ({ run: SpeedRun | Refusal } | { rejected: string });

/** Source of rows that name none and whose id begins with no letters. */
export const UNNAMED = "unnamed";

/** Columns of training measurements beside the measured ones. `notes` and the outcome of a run are never looked at. */
const COLUMNS: readonly string[] = [
  "id source source_ref source_group extra_facts notes mfu wall_minutes total_tokens",
  "model params_b method precision quant optimizer lora_rank lora_targets trainable_params",
  "gpu gpu_mem_gb n_gpus parallelism seq_len micro_batch global_batch grad_accum",
  "grad_ckpt attention kernels packing stack memory_kind",
].flatMap((names) => names.split(" "));

/** Unread columns that a note names. */
const SHOWN_COLUMNS = 12;

/** Rows that are the same as an earlier one in every field, with the line of that one. */
export function repeatedRows(rows: readonly CsvRow[]): { line: number; first: number }[] {
  const lines = new Map<string, number>();
  return rows.flatMap(({ line, fields }) => {
    const key = JSON.stringify(fields);
    const first = lines.get(key);
    if (first === undefined) lines.set(key, line);
    return first === undefined ? [] : [{ line, first }];
  });
}

/** What was done to a file and what looks odd in it, in sentences without their stop; none of it keeps a row out. */
export function fileNotes({
  file,
  columns,
  measurements,
}: {
  file: CsvRows;
  columns: readonly MeasuredColumn[];
  measurements: readonly Noted[];
}): string[] {
  const runs = measurements.flatMap((each) =>
    "run" in each && "shape" in each.run ? [{ ...each, run: each.run }] : [],
  );
  const values = (which: readonly Noted[]): string => counted(which.length, "value");
  const noted = (which: readonly Noted[], words: (count: string) => string): string[] =>
    which.length === 0 ? [] : [words(values(which))];
  const long = runs.filter(({ run }) => run.shape.context !== null && run.spec.sequenceTokens > run.shape.context);
  return [
    ...columns.filter(({ perUnit }) => perUnit !== 1).map(({ name }) => `the values of ${name} were turned into GiB`),
    ...unreadNote(file.columns, columns),
    ...idNote(file.rows),
    ...noted(
      runs.filter(({ run }) => run.isOfUnknownStack),
      (count) => `${count} of a library that is not known, or of none, got the wide range of all libraries`,
    ),
    ...noted(
      runs.filter(({ run }) => run.gpu === STAND_IN_GPU),
      (count) => `${count} without a GPU of the catalogue got the memory of a card that stands in for it`,
    ),
    ...(long.length === 0
      ? []
      : [
          `${values(long)} of sequences longer than the context of their model (${linesOf(long)}): what seq_len says was taken as meant`,
        ]),
    ...noted(
      measurements.filter(({ source }) => source === UNNAMED),
      (count) => `${count} without a source (source_group, or letters at the start of the id) were taken as of one`,
    ),
  ];
}

function linesOf(which: readonly Noted[]): string {
  return linesWords([...new Set(which.map(({ line }) => line))]);
}

function unreadNote(all: readonly string[], measured: readonly MeasuredColumn[]): string[] {
  const read = new Set([...COLUMNS, ...measured.map(({ name }) => name)]);
  const free = COLUMNS.filter((name) => !all.includes(name));
  const unread = all.filter((name) => !read.has(name));
  if (unread.length === 0) return [];
  const named = unread.slice(0, SHOWN_COLUMNS).map((name) => {
    const [near] = suggest(name, free, 1);
    return near === undefined ? name : `${name} (did you mean ${near}?)`;
  });
  const more = unread.length - named.length;
  return [`columns that are not read: ${named.join(", ")}${more > 0 ? ` and ${more} more` : ""}`];
}

/** Rows of one id and one source that differ: two runs of one name, or one that was corrected below. */
function idNote(rows: readonly CsvRow[]): string[] {
  const lines = new Map<string, number[]>();
  const again = new Set(repeatedRows(rows).map(({ line }) => line));
  for (const { line, fields } of rows) {
    const key = JSON.stringify([fields["source_group"], fields["id"]]);
    if ((fields["id"] ?? "") !== "" && !again.has(line)) lines.set(key, [...(lines.get(key) ?? []), line]);
  }
  const shared = [...lines.values()].filter((each) => each.length > 1);
  if (shared.length === 0) return [];
  return [
    `${counted(shared.length, "id")} of a source stand${shared.length === 1 ? "s" : ""} on several rows (${linesWords(shared.flat())}), each taken as a run of its own`,
  ];
}
