import { canonicalJson } from "../../../base/hash.ts";
import type { RowLineage, RowStep } from "../../../domain/data-lineage.ts";
import type { CuratedRow } from "../../stage.ts";
import { shardFile } from "../storing/artefact.ts";
import { exactNumbers } from "../../rows/exact-numbers.ts";
import { openArtefact } from "../storing/artefact-store.ts";
import { openStorage } from "../../../remote/storage.ts";

/** A row by its id or its position. */
export type RowName = { id: string } | { source: string; line: number };

/** A stage's artefact, in the order of the pipeline. */
export type StageFolder = { stage: string; artefact: string; folder: string };

type Found = CuratedRow & { reason?: string; detail?: string };

/**
 * Follows one row through the artefacts of a pipeline. Searches the bytes of each shard, so that only shards
 * that contain it are parsed; a row stays in its shard.
 *
 * @returns undefined if no such row was read
 */
export async function rowLineage(
  name: RowName,
  stages: readonly StageFolder[],
): Promise<Omit<RowLineage, "licence"> | undefined> {
  const [read, ...rest] = stages;
  if (read === undefined) return undefined;
  const first = await findFirst(name, read);
  if (first === undefined) return undefined;
  const { row, shard } = first;
  const steps: RowStep[] = [stepOf(read, shard, { row, notes: await notesOf(read.folder, shard, row.id) })];
  let before: Found = row;
  for (const stage of rest) {
    if (steps.at(-1)!.outcome === "dropped") break;
    const after = await findIn(stage.folder, shard, row.id);
    if (after === undefined) break;
    const notes = await notesOf(stage.folder, shard, row.id);
    steps.push(stepOf(stage, shard, { row: after, notes, before }));
    before = after;
  }
  return { id: row.id, source: row.source, line: row.line, steps };
}

async function findFirst(name: RowName, { folder }: StageFolder): Promise<{ row: Found; shard: number } | undefined> {
  const manifest = await openArtefact(folder).manifest();
  for (const { shard } of manifest?.shards ?? []) {
    const row =
      "id" in name
        ? await findIn(folder, shard, name.id)
        : await findLine(
            folder,
            { shard, needle: `"source":${JSON.stringify(name.source)},"line":${name.line},` },
            (found) => found.source === name.source && found.line === name.line,
          );
    if (row !== undefined) return { row, shard };
  }
  return undefined;
}

function findIn(folder: string, shard: number, id: string): Promise<Found | undefined> {
  return findLine(folder, { shard, needle: `"id":${JSON.stringify(id)}` }, (found) => found.id === id);
}

async function findLine(
  folder: string,
  { shard, needle }: { shard: number; needle: string },
  isIt: (row: Found) => boolean,
): Promise<Found | undefined> {
  for (const what of ["kept", "dropped"] as const) {
    for (const line of await linesWith(folder, shardFile(shard, what), needle)) {
      const row = JSON.parse(exactNumbers(line)) as Found;
      if (isIt(row)) return row;
    }
  }
  return undefined;
}

async function notesOf(folder: string, shard: number, id: string): Promise<RowStep["notes"]> {
  const lines = await linesWith(folder, shardFile(shard, "notes"), `"id":${JSON.stringify(id)}`);
  return lines
    .map((line) => JSON.parse(line) as { id: string; note: Record<string, unknown> })
    .filter((entry) => entry.id === id)
    .map(({ note }) => note);
}

/** Lines of a file that contain a text; none if the file is missing. */
async function linesWith(folder: string, name: string, needle: string): Promise<string[]> {
  const bytes = (await openStorage(folder).read(name)) ?? Buffer.alloc(0);
  const lines: string[] = [];
  for (let index = bytes.indexOf(needle); index !== -1;) {
    const start = bytes.lastIndexOf(10, index) + 1;
    const end = bytes.indexOf(10, index);
    lines.push(bytes.toString("utf8", start, end === -1 ? bytes.length : end));
    index = end === -1 ? -1 : bytes.indexOf(needle, end);
  }
  return lines;
}

function stepOf(
  { stage, artefact }: StageFolder,
  shard: number,
  { row, notes, before }: { row: Found; notes: RowStep["notes"]; before?: Found },
): RowStep {
  const isChanged = before !== undefined && canonicalJson(before.fields) !== canonicalJson(row.fields);
  return {
    stage,
    artefact,
    shard,
    outcome: row.reason !== undefined ? "dropped" : isChanged ? "changed" : "kept",
    reason: row.reason ?? null,
    detail: row.detail ?? null,
    notes,
  };
}
