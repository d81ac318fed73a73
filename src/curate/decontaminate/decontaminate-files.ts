import type { Delimiter } from "../../domain/dataset-profile.ts";
import type { ContaminatedRow, ContaminationHit, DecontaminateOutcome } from "../../domain/decontaminate.ts";
import type { ReadLimits } from "../../tables/limits.ts";
import { heldShards } from "../pipeline/reading/held-shards.ts";
import { namedFields } from "../pipeline/reading/named-fields.ts";
import { type ReadShard, readShards } from "../pipeline/reading/read-shards.ts";
import { rowSinks, type RowTargets } from "../pipeline/reading/row-sinks.ts";
import { sourceNames } from "../pipeline/reading/source-names.ts";
import { addCounts, countRead, countResult, NO_ROWS } from "../pipeline/storing/funnel.ts";
import { heldSummaries, type StageResult, type Summary } from "../stage.ts";
import { benchmarkTally } from "./benchmark-tally.ts";
import { decontaminateStage } from "./decontaminate-stage.ts";
import type { DecontaminateSetup } from "./template-survey.ts";

/** Options of a decontamination run. */
export type DecontaminateFilesOptions = Omit<RowTargets, "notes"> &
  DecontaminateSetup & {
    delimiter?: Delimiter | undefined;
    limits?: Partial<ReadLimits> | undefined;
    onProgress?: ((fraction: number) => void) | undefined;
    /** Called with the warnings about rows without a named field. */
    onWarning?: ((warning: string) => void) | undefined;
    /** Called with the totals of all rows, after the last one. */
    onOutcome?: ((outcome: DecontaminateOutcome) => void) | undefined;
  };

/**
 * Reads files and yields each row that contains an item of a benchmark, in order. Rows, including unreadable ones, are
 * numbered from 0 in each file. The files are read twice, unless they are small: a template is known once all rows have
 * been seen. Memory: a shard of rows, 36 bytes per row for the ids, and what is common to items and the rows with hits.
 *
 * @throws Failure if a file cannot be read or changes meanwhile, `out` already exists, or the disk is full; nothing is
 *   written in these cases
 */
export async function* decontaminateFiles(
  files: readonly string[],
  { out, dropped, overwrite, delimiter, limits, ...setup }: DecontaminateFilesOptions,
): AsyncGenerator<ContaminatedRow> {
  const { benchmarks, textFields = [] } = setup;
  const sinks = await rowSinks({ out, dropped, overwrite }, files);
  const named = namedFields(textFields, { anyCase: false });
  const tally = benchmarkTally(benchmarks);
  const names = sourceNames(files);
  const sources = files.map((path, index) => ({ path, source: names[index]!, delimiter }));
  const sha256s = new Map<string, string>();
  const pass = (from: number): AsyncGenerator<ReadShard> =>
    readShards(sources, { limits, sha256s, onProgress: (fraction) => setup.onProgress?.(from + fraction / 2) });
  const held = heldShards(files);
  const placesOf = rowPlaces(names);
  let [read, ran] = [NO_ROWS, NO_ROWS];
  try {
    const summaries: Summary[] = [];
    for await (const shard of pass(0)) {
      held.add(shard);
      for (const { fields } of shard.rows) named.add(fields);
      if (shard.rows.length > 0) summaries.push(await decontaminateStage.summarise(shard.rows, setup));
    }
    const decision = await decontaminateStage.decide(heldSummaries(summaries), setup);
    for await (const shard of held.all() ?? pass(0.5)) {
      const result = await decontaminateStage.run(shard.rows, setup, { decision, firstRow: shard.firstRow });
      read = addCounts(read, countRead(shard));
      ran = addCounts(ran, countResult(shard.rows, result));
      await sinks.write(shard, result);
      const hits = hitsById(result);
      for (const { id, source, line, row, total } of placesOf(shard)) {
        const found = hits.get(id);
        if (found === undefined) continue;
        tally.add({ row: total, place: `${source}:${line}` }, found);
        yield files.length === 1 ? { row, hits: found } : { file: source, row, hits: found };
      }
    }
    for (const warning of named.end()) setup.onWarning?.(warning);
    await sinks.commit();
    const stage = { stage: decontaminateStage.name, ...ran };
    setup.onOutcome?.({
      funnel: read.dropped.length === 0 ? [stage] : [{ stage: "read", ...read }, stage],
      benchmarks: tally.benchmarks(),
      findings: [...decontaminateStage.findings!(decision)],
    });
  } finally {
    await sinks.abort();
  }
}

function hitsById({ notes }: StageResult): Map<string, ContaminationHit[]> {
  return new Map(notes.map(({ id, note }) => [id, note["hits"] as ContaminationHit[]]));
}

/** A row: its line, its index among the rows of its file, and among those of all files, from 0. */
type RowPlace = { id: string; source: string; line: number; row: number; total: number };

/** Numbers the rows of the shards of files, in order; lines that could not be read count. */
function rowPlaces(names: readonly string[]): (shard: ReadShard) => RowPlace[] {
  type File = { rows: number; broken: number[]; before: number; first: number | undefined };
  const files = new Map<string, File>(
    names.map((name) => [name, { rows: 0, broken: [], before: 0, first: undefined }]),
  );
  // Once a file begins, all lines of those before it are counted.
  const countBefore = (source: string): number =>
    names.slice(0, names.indexOf(source)).reduce((sum, name) => {
      const { rows, broken } = files.get(name)!;
      return sum + rows + broken.length;
    }, 0);
  return ({ rows, dropped }) => {
    // A line may be reported with an earlier shard than the rows before it.
    for (const { row } of dropped) files.get(row.source)!.broken.push(row.line);
    return rows.map(({ id, source, line }) => {
      const file = files.get(source)!;
      while (file.broken[file.before]! < line) file.before += 1;
      const row = file.rows++ + file.before;
      file.first ??= countBefore(source);
      return { id, source, line, row, total: file.first + row };
    });
  };
}
