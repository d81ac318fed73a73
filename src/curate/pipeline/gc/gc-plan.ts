import { lstat, readdir } from "node:fs/promises";
import { basename, dirname, join, sep } from "node:path";

import { realPath } from "../../../base/atomic-file.ts";
import { isSystemError } from "../../../base/failure.ts";
import { temporaryFor } from "../../../base/temporary-file.ts";
import type { GcItem, GcResult } from "../../../domain/gc.ts";
import { openArtefact } from "../storing/artefact-store.ts";
import { type CurrentPipeline, currentArtefacts } from "./current-artefacts.ts";
import { isVerified } from "./is-verified.ts";
import { isArtefactFile, isArtefactName, isBatchFile } from "../storing/own-files.ts";
import { artefactsFolder, PIPELINE_FOLDER, type PipelineState, writtenBefore } from "../storing/pipeline-state.ts";
import { removeArtefact, removeRows, rowFilesOf } from "../lineage/removed-rows.ts";
import { isS3 } from "../../../remote/s3-storage.ts";
import { openStorage, placeIn } from "../../../remote/storage.ts";
import type { StoredFile } from "../../../remote/storage-file.ts";

/** Options of garbage collection. */
export type GcPlanInput = {
  dir: string;
  state: PipelineState | undefined;
  /** The current pipeline; undefined if the programme has none. */
  pipeline: CurrentPipeline | undefined;
  /** Also remove rows from before redaction. */
  unredacted: boolean;
};

/** Artefacts and files to remove and to keep. */
export type GcPlan = Pick<GcResult, "remove" | "keep" | "unverified" | "freedBytes">;

/** Default names of files of rows. */
const USUAL_OUTS = ["curated.jsonl", "curated.train.jsonl", "curated.validation.jsonl", "curated.test.jsonl"];

const CUT_OFF = "cut-off" as const;

type Stored = { store: string; name: string; files: StoredFile[] };

type Gone = Stored & Pick<GcItem, "why">;

/**
 * Finds unused data: artefacts to which neither the last run nor the current pipeline refers, remains of interrupted
 * runs, and, on request, rows from before redaction. An artefact without a valid seal of this user is listed and keeps
 * all its files. Changes nothing.
 */
export async function gcPlan(input: GcPlanInput): Promise<GcPlan> {
  const { dir, state, pipeline } = input;
  const stores = new Set([artefactsFolder(dir), ...(isS3(state?.store ?? "") ? [state!.store!] : [])]);
  const gone: Gone[] = [];
  const keep: GcResult["keep"] = [];
  const unverified: GcResult["unverified"] = [];
  for (const store of stores) {
    const stored = await storedIn(store);
    const names = stored.map(({ name }) => name);
    const current = pipeline === undefined ? [] : await currentArtefacts(pipeline, { store, names });
    const wanted = new Set([...current, ...(state?.stages ?? []).map(({ artefact }) => artefact)]);
    const raw = input.unredacted ? await unredacted(store, { state, pipeline, wanted }) : new Set<string>();
    for (const entry of stored) {
      const found = goneOf(entry, { isWanted: wanted.has(entry.name), isRaw: raw.has(entry.name) });
      const item = { store, name: entry.name, bytes: sizeOf(entry.files) };
      if (found.length > 0 && !(await isVerified(store, entry))) unverified.push(item);
      else {
        gone.push(...found);
        if (found.every(({ why }) => why === CUT_OFF)) keep.push(item);
      }
    }
  }
  gone.push(...(await cutOff(dir, state)).map((stored) => ({ ...stored, why: CUT_OFF })));
  return {
    remove: gone.map(({ store, name, why, files }) => ({
      store,
      name,
      why,
      files: files.length,
      bytes: sizeOf(files),
      modifiedAt: new Date(Math.max(0, ...files.map(({ modifiedMs }) => modifiedMs))).toISOString(),
    })),
    keep,
    unverified,
    freedBytes: freed(gone.flatMap(({ files }) => files)),
  };
}

/** Files of an artefact that would be removed. */
function goneOf(entry: Stored, { isWanted, isRaw }: { isWanted: boolean; isRaw: boolean }): Gone[] {
  const { store, name, files } = entry;
  if (!isWanted) return [{ ...entry, why: "unused" }];
  const rows = rowFilesOf(files);
  if (isRaw && rows.length > 0) return [{ ...entry, files: rows, why: "unredacted" }];
  return files
    .filter((file) => temporaryFor(file.name) !== undefined)
    .map((file) => ({ store, name: `${name}/${file.name}`, files: [file], why: CUT_OFF }));
}

/**
 * Removes the items of a plan. If it is interrupted, no artefact is wrongly complete, and the next call removes the
 * rest.
 */
export async function removePlanned(
  { remove }: Pick<GcPlan, "remove">,
  onProgress: (fraction: number) => void,
): Promise<void> {
  for (const [index, { store, name, why }] of remove.entries()) {
    onProgress(index / remove.length);
    if (why === "unused") await removeArtefact(store, name);
    else if (why === "unredacted") await removeRows(store, name);
    else await openStorage(store).remove(name);
  }
}

/**
 * Artefacts of a store with the files written by the pipeline, in the order of their names; other files are ignored.
 */
async function storedIn(store: string): Promise<Stored[]> {
  const artefacts = new Map<string, StoredFile[]>();
  for (const { name: path, ...file } of await openStorage(store).listBelow()) {
    const [artefact, ...rest] = path.split("/");
    if (!isArtefactName(artefact!) || !isArtefactFile(rest.join("/"))) continue;
    artefacts.set(artefact!, [...(artefacts.get(artefact!) ?? []), { ...file, name: rest.join("/") }]);
  }
  return [...artefacts].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, files]) => ({ store, name, files }));
}

/**
 * Artefacts with rows from before redaction: those of the stages before the last `redact`, and its own if it dropped
 * rows, which still contain personal data. All of them if no stage redacts.
 */
async function unredacted(
  store: string,
  { state, pipeline, wanted }: Pick<GcPlanInput, "state" | "pipeline"> & { wanted: ReadonlySet<string> },
): Promise<Set<string>> {
  const order = [
    ...(state?.stages ?? []).map(({ stage }) => stage),
    ...(pipeline?.stages ?? []).map(({ item }) => item.stage),
  ];
  if (!order.includes("redact")) return new Set(wanted);
  const after = state?.stages.findLastIndex(({ stage }) => stage === "redact") ?? -1;
  const clean = new Set<string>();
  for (const { artefact, stage } of state?.stages.slice(after === -1 ? Infinity : after) ?? []) {
    const manifest = await openArtefact(placeIn(store, artefact)).manifest();
    if (stage !== "redact" || manifest?.totals.dropped.length === 0) clean.add(artefact);
  }
  return new Set([...wanted].filter((name) => !clean.has(name)));
}

/** Remains of an interrupted run next to the artefacts: job files of a cluster, and an incomplete file of rows. */
async function cutOff(dir: string, state: PipelineState | undefined): Promise<Stored[]> {
  const folder = join(dir, PIPELINE_FOLDER);
  const batches = (await openStorage(join(folder, "batches")).listBelow()).filter(({ name }) => isBatchFile(name));
  const inside = realPath(dir);
  const outs = [...new Set([...USUAL_OUTS, ...writtenBefore(state).map(({ path }) => path)])]
    .map((name) => realPath(join(dir, name)))
    .filter((path) => path.startsWith(join(inside, sep)));
  const found: Stored[] = batches.map((file) => ({ store: folder, name: `batches/${file.name}`, files: [file] }));
  for (const out of outs) {
    for (const name of await namesIn(dirname(out))) {
      if (temporaryFor(name) !== basename(out)) continue;
      const { size, mtimeMs } = await lstat(join(dirname(out), name));
      found.push({ store: dirname(out), name, files: [{ name, bytes: size, modifiedMs: mtimeMs }] });
    }
  }
  return found;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return [];
    throw error;
  }
}

function sizeOf(files: readonly StoredFile[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** Disk space freed by removing files: a file with a further hard link frees none. */
function freed(files: readonly StoredFile[]): number {
  const names = new Map<string, number>();
  let bytes = 0;
  for (const file of files) {
    if (file.linked === undefined) bytes += file.bytes;
    else {
      const count = (names.get(file.linked.id) ?? 0) + 1;
      names.set(file.linked.id, count);
      if (count === file.linked.names) bytes += file.bytes;
    }
  }
  return bytes;
}
