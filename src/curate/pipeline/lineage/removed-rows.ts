import type { LineageField } from "../../../domain/data-lineage.ts";
import { Failure } from "../../../base/failure.ts";
import { temporaryFor } from "../../../base/temporary-file.ts";
import type { Manifest } from "../storing/artefact.ts";
import { openArtefact } from "../storing/artefact-store.ts";
import type { StageCounts } from "../storing/funnel.ts";
import { isArtefactFile } from "../storing/own-files.ts";
import { rowFields } from "../storing/row-fields.ts";
import { sealOf } from "../storing/seal-key.ts";
import { openStorage, placeIn } from "../../../remote/storage.ts";

/** Remaining data of an artefact whose rows were removed: lineage only, no text. */
export type RemovedRows = {
  /** Its manifest without samples. */
  manifest: Manifest;
  /** Times at which its first file and its manifest were written. */
  startedAt: string;
  endedAt: string;
  /** Fields of its rows. */
  fields: LineageField[];
};

/** Name of the file with the remaining data. */
const REMOVED = "removed.json";

/** Remaining data of an artefact; undefined if its rows were not removed. */
export async function readRemoved(folder: string): Promise<RemovedRows | undefined> {
  return sealOf(folder).unsealed(String((await openStorage(folder).read(REMOVED)) ?? "")) as RemovedRows | undefined;
}

/**
 * Removes the rows of a complete artefact and keeps its lineage. Order: the remaining data are written, then the
 * manifest, the rows and the records are removed, so that an interrupted removal never leaves a wrongly complete
 * artefact.
 * The next run that requires the rows makes them again.
 *
 * @param store  folder of all artefacts, or its address in a bucket
 */
export async function removeRows(store: string, name: string): Promise<void> {
  const folder = placeIn(store, name);
  const artefact = openArtefact(folder);
  const storage = openStorage(folder);
  const manifest = await artefact.manifest();
  if (manifest !== undefined) {
    const removed: RemovedRows = {
      manifest: withoutSamples(manifest),
      ...spanOf(await storage.list()),
      fields: await fieldsOf(folder, manifest),
    };
    await storage.write(REMOVED, sealOf(folder).sealed(removed));
  }
  await removeFiles(store, name, rowFilesOf(await storage.list()));
}

/** Removes an artefact with its remaining data, in an order in which it is never wrongly complete. */
export async function removeArtefact(store: string, name: string): Promise<void> {
  const files = await openStorage(placeIn(store, name)).list();
  await removeFiles(
    store,
    name,
    files.filter((file) => isArtefactFile(file.name)),
  );
}

/** The files of an artefact that are removed with its rows. */
export function rowFilesOf<File extends { name: string }>(files: readonly File[]): File[] {
  return files.filter(({ name }) => name !== REMOVED && isArtefactFile(name));
}

/**
 * Times at which the first and the last file of a complete artefact were written. Temporary files are ignored: they
 * remain from a removal that was killed.
 */
export function spanOf(files: readonly { name: string; modifiedMs: number }[]): { startedAt: string; endedAt: string } {
  const whole = rowFilesOf(files).filter(({ name }) => temporaryFor(name) === undefined);
  const times = whole.map(({ modifiedMs }) => modifiedMs);
  return {
    startedAt: new Date(Math.min(...times)).toISOString(),
    endedAt: new Date(Math.max(...times)).toISOString(),
  };
}

async function removeFiles(store: string, artefact: string, files: readonly { name: string }[]): Promise<void> {
  const storage = openStorage(store);
  // Without the manifest the artefact is incomplete; a sealed file stays to the end, so that the next call can verify it.
  const rank = (name: string): number => (name === "manifest.json" ? 0 : name.endsWith(".json") ? 2 : 1);
  const names = files.map(({ name }) => name).toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  for (const name of names) await storage.remove(`${artefact}/${name}`);
}

/** Fields of the rows of the first shard with rows, in their order. */
export async function fieldsOf(folder: string, { shards }: Manifest): Promise<LineageField[]> {
  const record = shards.find(({ files }) => files.kept !== undefined);
  return record === undefined ? [] : rowFields(await openArtefact(folder).keptRows(record));
}

/**
 * Checks that the rows of stages exist.
 *
 * @throws Failure not_found if `gc` removed some
 */
export async function mustHoldRows(stages: readonly { stage: string; folder: string }[]): Promise<void> {
  for (const { stage, folder } of stages) {
    if ((await openArtefact(folder).manifest()) !== undefined || (await readRemoved(folder)) === undefined) continue;
    throw new Failure("not_found", `the rows of stage ${stage} were removed by tunewright gc`, {
      hint: "create them again: tunewright data run DIR",
    });
  }
}

function withoutSamples(manifest: Manifest): Manifest {
  const blank = (counts: StageCounts): StageCounts => ({
    ...counts,
    dropped: counts.dropped.map((entry) => ({ ...entry, samples: [] })),
  });
  return {
    ...manifest,
    totals: blank(manifest.totals),
    shards: manifest.shards.map((record) => ({ ...record, counts: blank(record.counts) })),
  };
}
