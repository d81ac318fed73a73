import type { ClusterRow, DuplicateSample } from "../../domain/data-report.ts";
import { readDropReason } from "../duplicates/drop-reason.ts";
import { openArtefact } from "../pipeline/storing/artefact-store.ts";
import type { ShardRecord } from "../pipeline/storing/artefact.ts";
import { rowStart } from "../pipeline/storing/funnel.ts";
import type { StageFolder } from "../pipeline/lineage/row-lineage.ts";
import { rowName } from "../rows/row-name.ts";
import type { CuratedRow } from "../stage.ts";
import type { SampleMask } from "./sample-mask.ts";
import { rowsById } from "./stage-rows.ts";

/** Maximum number of clusters shown, and of dropped rows shown for each. */
const CLUSTERS = 5;
const ROWS = 3;

/** A row that was kept instead of others. */
export type Keeper = { id: string; dropped: number; record: ShardRecord };

/** Collects the kept rows of the largest clusters: by number of rows, descending, then by id. */
export function addKeeper(largest: Keeper[], keeper: Keeper): void {
  largest.push(keeper);
  largest.sort((a, b) => b.dropped - a.dropped || (a.id < b.id ? -1 : 1));
  if (largest.length > CLUSTERS) largest.pop();
}

/**
 * The largest clusters with the masked start of the kept row and of the first dropped rows.  Reads dropped rows shard
 * by shard until each cluster has enough.
 */
export async function clusterSamples(
  stage: StageFolder,
  largest: readonly Keeper[],
  mask: SampleMask | undefined,
): Promise<DuplicateSample[]> {
  const keepers = await rowsById(stage, largest);
  const dropped = await droppedFor(stage, largest, keepers);
  const samples: DuplicateSample[] = [];
  for (const { id, dropped: count } of largest) {
    const keeper = keepers.get(id);
    if (keeper === undefined) continue;
    const rows: DuplicateSample["rows"] = [];
    for (const { row, similarity } of dropped.get(id) ?? []) rows.push({ ...(await shown(row, mask)), similarity });
    samples.push({ dropped: count, kept: await shown(keeper, mask), rows });
  }
  return samples;
}

type Dropped = { row: CuratedRow; similarity: number | null };

async function droppedFor(
  { folder }: StageFolder,
  largest: readonly Keeper[],
  keepers: ReadonlyMap<string, CuratedRow>,
): Promise<Map<string, Dropped[]>> {
  const found = new Map<string, Dropped[]>(largest.map(({ id }) => [id, []]));
  const byName = new Map([...keepers.values()].map((row) => [rowName(row), row.id]));
  const isFull = (): boolean => largest.every(({ id, dropped }) => found.get(id)!.length >= Math.min(ROWS, dropped));
  const artefact = openArtefact(folder);
  for (const record of (await artefact.manifest())?.shards ?? []) {
    if (isFull()) break;
    for (const { row, reason, detail = "" } of await artefact.droppedRows(record)) {
      const { keeper = "", similarity } = readDropReason(reason, detail);
      const rows = found.get(byName.get(keeper) ?? "");
      if (rows !== undefined && rows.length < ROWS) rows.push({ row, similarity });
    }
  }
  return found;
}

async function shown(row: CuratedRow, mask: SampleMask | undefined): Promise<ClusterRow> {
  const { id, source, line } = row;
  const fields = mask === undefined ? row.fields : (await mask(row)).fields;
  return { id, source, line, text: fields === null ? "" : rowStart({ fields }) };
}
