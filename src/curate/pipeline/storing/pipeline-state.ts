import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { atomicWrite } from "../../../base/atomic-write.ts";
import { isSystemError } from "../../../base/failure.ts";
import type { SplitPart } from "../../../domain/split.ts";
import { asReadFailure } from "../../../base/read-text.ts";
import { sealOf } from "./seal-key.ts";

/** Folder of a programme that holds what its pipeline made. */
export const PIPELINE_FOLDER = ".tunewright";

/** A file that rows were read from. */
export type StateSource = { source: string; sha256: string; bytes: number };

/** A file that the rows were written to. */
export type StateOut = {
  path: string;
  sha256: string;
  bytes: number;
  /** Digest of the artefact that it was written from. */
  digest: string;
  /** Hash of the file that it is about to replace; null when it is in its place. */
  replaces: string | null;
  /** Its rows; runs of earlier versions did not keep them. */
  rows?: number;
  /** The part of the split that it holds; null or omitted where it holds all rows. */
  part?: SplitPart | null;
  /** Artefact of the split that says which rows these are. */
  split?: string | null;
};

/** A file that some run wrote. */
export type StateFile = Pick<StateOut, "path" | "sha256">;

/** Which artefacts the last run of a pipeline made or found, in order: where lineage starts. */
export type PipelineState = {
  /** Where the artefacts lie where that is not the folder of the programme: `s3://bucket/prefix`. */
  store: string | null;
  sources: readonly StateSource[];
  stages: readonly { stage: string; artefact: string }[];
  /** The file with the rows that passed, of a split those to train on, where a run was completed. */
  out: StateOut | null;
  /** Files with the other parts of a split. */
  parts?: readonly StateOut[];
  /** Files of earlier runs: none of them is taken for somebody else's. */
  written?: readonly StateFile[];
};

/** Earlier files that are remembered. */
const REMEMBERED = 50;

/** The files of the last run that was completed. */
export function outsOf(state: Pick<PipelineState, "out" | "parts"> | undefined): StateOut[] {
  return state === undefined || state.out === null ? [] : [state.out, ...(state.parts ?? [])];
}

/** Files as the last run and those before it wrote them, or found them when they were about to replace them. */
export function writtenBefore(state: PipelineState | undefined): StateFile[] {
  const last = outsOf(state).flatMap(({ path, sha256, replaces }) => [
    { path, sha256 },
    ...(replaces === null ? [] : [{ path, sha256: replaces }]),
  ]);
  const isLast = (file: StateFile): boolean =>
    last.some(({ path, sha256 }) => path === file.path && sha256 === file.sha256);
  return [...last, ...(state?.written ?? []).filter((file) => !isLast(file))].slice(0, REMEMBERED);
}

/** Folder of the artefacts of a programme. */
export function artefactsFolder(dir: string): string {
  return join(dir, PIPELINE_FOLDER, "artefacts");
}

const statePath = (dir: string): string => join(dir, PIPELINE_FOLDER, "pipeline.json");

/**
 * What the last run left in a programme folder; undefined if there was none, or its record is torn or was not sealed by
 * this user: one that came with the folder counts for nothing.
 */
export async function readPipelineState(dir: string): Promise<PipelineState | undefined> {
  try {
    return sealOf(statePath(dir)).unsealed(await readFile(statePath(dir), "utf8")) as PipelineState | undefined;
  } catch (error) {
    if (isSystemError(error, "ENOENT", "ENOTDIR")) return undefined;
    throw asReadFailure(error, statePath(dir));
  }
}

/** True if a record of a run exists that does not hold: it is torn, or another user or machine sealed it. */
export async function isForeignState(dir: string): Promise<boolean> {
  return existsSync(statePath(dir)) && (await readPipelineState(dir)) === undefined;
}

/** Keeps it for the next command. */
export async function writePipelineState(dir: string, state: PipelineState): Promise<void> {
  await atomicWrite(statePath(dir), sealOf(statePath(dir)).sealed(state));
}
