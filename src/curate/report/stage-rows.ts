import { type Artefact, openArtefact } from "../pipeline/storing/artefact-store.ts";
import type { ShardRecord } from "../pipeline/storing/artefact.ts";
import type { StageFolder } from "../pipeline/lineage/row-lineage.ts";
import type { CuratedRow } from "../stage.ts";

/** A note with the dataset of its row, if requested, and its shard. */
export type Noted = { id: string; source: string; note: Readonly<Record<string, unknown>>; record: ShardRecord };

/** Notes of a stage in the order of the rows, with the sources of their rows if requested. */
export async function* notesOf({ folder }: StageFolder, withSources = false): AsyncGenerator<Noted> {
  const artefact = openArtefact(folder);
  const manifest = await artefact.manifest();
  for (const record of manifest?.shards ?? []) {
    const sources = withSources ? await sourcesOf(artefact, record) : new Map<string, string>();
    for (const { id, note } of await artefact.notes(record)) yield { id, note, source: sources.get(id) ?? "", record };
  }
}

/** The stages whose rows exist because `gc` did not remove them. */
export async function holdsRows(stages: readonly StageFolder[]): Promise<StageFolder[]> {
  const manifests = await Promise.all(stages.map(({ folder }) => openArtefact(folder).manifest()));
  return stages.filter((_stage, index) => manifests[index] !== undefined);
}

async function sourcesOf(artefact: Artefact, record: ShardRecord): Promise<Map<string, string>> {
  const kept = await artefact.keptRows(record);
  const dropped = await artefact.droppedRows(record);
  return new Map([...kept, ...dropped.map(({ row }) => row)].map(({ id, source }) => [id, source]));
}

/** Rows of a stage by their ids, kept or dropped, in the state after the stage; only the named shards are read. */
export async function rowsById(
  { folder }: StageFolder,
  wanted: readonly { id: string; record: ShardRecord }[],
): Promise<Map<string, CuratedRow>> {
  const artefact = openArtefact(folder);
  const rows = new Map<string, CuratedRow>();
  const ids = new Set(wanted.map(({ id }) => id));
  for (const record of new Set(wanted.map((entry) => entry.record))) {
    const dropped = await artefact.droppedRows(record);
    for (const row of [...(await artefact.keptRows(record)), ...dropped.map((droppedRow) => droppedRow.row)]) {
      if (ids.has(row.id)) rows.set(row.id, row);
    }
  }
  return rows;
}
