import { fileSize } from "../../tables/read-bytes.ts";
import { openArtefact } from "./storing/artefact-store.ts";
import { ENVELOPE_BYTES, type RowsAndBytes } from "./pipeline-estimate.ts";
import { artefactsFolder, readPipelineState } from "./storing/pipeline-state.ts";
import { readRemoved } from "./lineage/removed-rows.ts";
import type { SourceFile } from "./reading/read-shards.ts";
import { placeIn } from "../../remote/storage.ts";

/**
 * Counts of the last run, if it read exactly these files; otherwise undefined. Files are considered equal if their
 * names and sizes are: this is sufficient for an estimate, and no file is read.
 */
export async function countedBefore(dir: string, sources: readonly SourceFile[]): Promise<RowsAndBytes | undefined> {
  const state = await readPipelineState(dir);
  const [read] = state?.stages ?? [];
  if (state === undefined || read === undefined || state.sources.length !== sources.length) return undefined;
  const sizes = new Map(state.sources.map(({ source, bytes }) => [source, bytes]));
  for (const { source, path } of sources) if (sizes.get(source) !== (await fileSize(path))) return undefined;
  const folder = placeIn(state.store ?? artefactsFolder(dir), read.artefact);
  const manifest = (await openArtefact(folder).manifest()) ?? (await readRemoved(folder))?.manifest;
  if (manifest === undefined) return undefined;
  const rows = manifest.totals.rowsKept;
  const bytes = manifest.shards.reduce((sum, { files }) => sum + (files.kept?.bytes ?? 0), 0);
  return { rows, jsonBytes: Math.max(0, bytes - rows * ENVELOPE_BYTES) };
}
