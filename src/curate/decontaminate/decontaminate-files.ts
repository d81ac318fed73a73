import type { Delimiter } from "../../domain/dataset-profile.ts";
import type { ContaminatedRow, ContaminationHit, DecontaminateOutcome } from "../../domain/decontaminate.ts";
import type { ReadLimits } from "../../tables/limits.ts";
import { namedFields } from "../pipeline/reading/named-fields.ts";
import { addCounts, countRead, countResult, NO_ROWS } from "../pipeline/storing/funnel.ts";
import { readRows } from "../pipeline/reading/read-rows.ts";
import { rowSinks, type RowTargets } from "../pipeline/reading/row-sinks.ts";
import { sourceNames } from "../pipeline/reading/source-names.ts";
import type { StageResult } from "../stage.ts";
import type { Benchmark } from "./benchmark.ts";
import { benchmarkTally } from "./benchmark-tally.ts";
import { decontaminateStage } from "./decontaminate-stage.ts";
import type { Decontaminator } from "./decontaminator.ts";

/** Options of a decontamination run. */
export type DecontaminateFilesOptions = Omit<RowTargets, "notes"> & {
  benchmarks: readonly Benchmark[];
  hitsOf: Decontaminator;
  /** Fields to search, as named by the user. */
  textFields?: readonly string[] | undefined;
  delimiter?: Delimiter | undefined;
  limits?: Partial<ReadLimits> | undefined;
  onProgress?: ((fraction: number) => void) | undefined;
  /** Called with the warnings about rows without such a field. */
  onWarning?: ((warning: string) => void) | undefined;
  /** Called with the totals of all rows, after the last one. */
  onOutcome?: ((outcome: DecontaminateOutcome) => void) | undefined;
};

/**
 * Reads files and yields each row that contains an item of a benchmark, in order. Rows, including unreadable ones, are
 * numbered from 0 in each file. Memory: one block of rows, and the numbers of the rows with hits.
 *
 * @throws Failure if a file cannot be read, `out` already exists, or the disk is full; nothing is written in these
 * cases
 */
export async function* decontaminateFiles(
  files: readonly string[],
  {
    benchmarks,
    hitsOf,
    textFields = [],
    out,
    dropped,
    overwrite,
    delimiter,
    limits,
    ...take
  }: DecontaminateFilesOptions,
): AsyncGenerator<ContaminatedRow> {
  const sinks = await rowSinks({ out, dropped, overwrite }, files);
  const named = namedFields(textFields, { anyCase: false });
  const tally = benchmarkTally(benchmarks);
  const names = sourceNames(files);
  let [read, ran, total] = [NO_ROWS, NO_ROWS, 0];
  try {
    for (const [index, path] of files.entries()) {
      const source = names[index]!;
      const onFile = (fraction: number): void => take.onProgress?.((index + fraction) / files.length);
      let row = 0;
      for await (const block of readRows(path, { source, delimiter, limits, onProgress: onFile })) {
        for (const { fields } of block.rows) named.add(fields);
        const result = await decontaminateStage.run(block.rows, { hitsOf });
        read = addCounts(read, countRead(block));
        ran = addCounts(ran, countResult(block.rows, result));
        await sinks.write(block, result);
        const hits = hitsById(result);
        for (const { id } of inOrder(block)) {
          const found = id === undefined ? undefined : hits.get(id);
          if (found !== undefined) {
            tally.add(total, found);
            yield files.length === 1 ? { row, hits: found } : { file: source, row, hits: found };
          }
          row += 1;
          total += 1;
        }
      }
    }
    for (const warning of named.end()) take.onWarning?.(warning);
    await sinks.commit();
  } finally {
    await sinks.abort();
  }
  const funnel = [
    ...(read.dropped.length === 0 ? [] : [{ stage: "read", ...read }]),
    { stage: "decontaminate", ...ran },
  ];
  take.onOutcome?.({ funnel, benchmarks: tally.benchmarks() });
}

function hitsById({ notes }: StageResult): Map<string, ContaminationHit[]> {
  return new Map(notes.map(({ id, note }) => [id, note["hits"] as ContaminationHit[]]));
}

/** Lines of a block in order; a line that is not a row has no id. */
function inOrder({
  rows,
  dropped,
}: {
  rows: readonly { id: string; line: number }[];
  dropped: readonly { row: { line: number } }[];
}): { id: string | undefined; line: number }[] {
  const lines: { id: string | undefined; line: number }[] = rows.map(({ id, line }) => ({ id, line }));
  if (dropped.length === 0) return lines;
  return [...lines, ...dropped.map(({ row: { line } }) => ({ id: undefined, line }))].toSorted(
    (a, b) => a.line - b.line,
  );
}
