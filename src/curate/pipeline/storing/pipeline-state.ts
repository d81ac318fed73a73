import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { atomicWrite } from "../../../base/atomic-write.ts";
import { isSystemError } from "../../../base/failure.ts";
import type { SplitPart } from "../../../domain/split.ts";
import { asReadFailure } from "../../../base/read-text.ts";
import { sealOf } from "./seal-key.ts";

/** Folder of a programme with the output of its pipeline. */
export const PIPELINE_FOLDER = ".tunewright";

/** An input file. */
export type StateSource = { source: string; sha256: string; bytes: number };

/** An output file. */
export type StateOut = {
  path: string;
  sha256: string;
  bytes: number;
  /** Digest of the source artefact. */
  digest: string;
  /** Hash of the file that it is about to replace; null once it is renamed. */
  replaces: string | null;
  /** Number of its rows; earlier versions did not store it. */
  rows?: number;
  /** The part of the split that it contains; null or omitted if it contains all rows. */
  part?: SplitPart | null;
  /** Artefact of the split that assigns the rows. */
  split?: string | null;
};

/** A file written by an earlier run. */
export type StateFile = Pick<StateOut, "path" | "sha256">;

/** Artefacts of the last run of a pipeline, in order: the start of lineage. */
export type PipelineState = {
  /** Address of the artefacts if they are not in the programme folder: `s3://bucket/prefix`. */
  store: string | null;
  sources: readonly StateSource[];
  stages: readonly { stage: string; artefact: string }[];
  /** The file with the kept rows, for a split the training rows, if a run was completed. */
  out: StateOut | null;
  /** Files with the other parts of a split. */
  parts?: readonly StateOut[];
  /** Files of earlier runs, which may be replaced. */
  written?: readonly StateFile[];
};

/** Maximum number of earlier files stored. */
const REMEMBERED = 50;

/** The files of the last completed run. */
export function outsOf(state: Pick<PipelineState, "out" | "parts"> | undefined): StateOut[] {
  return state === undefined || state.out === null ? [] : [state.out, ...(state.parts ?? [])];
}

/** Files as written by the last run and earlier ones, or as found before they were replaced. */
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
 * State of the last run in a programme folder; undefined if there was none, or its record is damaged or was not sealed
 * by this user: a record that came with the folder is not trusted.
 */
export async function readPipelineState(dir: string): Promise<PipelineState | undefined> {
  try {
    return sealOf(statePath(dir)).unsealed(await readFile(statePath(dir), "utf8")) as PipelineState | undefined;
  } catch (error) {
    if (isSystemError(error, "ENOENT", "ENOTDIR")) return undefined;
    throw asReadFailure(error, statePath(dir));
  }
}

/** True if the record of a run exists but is not valid: damaged, or sealed by another user or machine. */
export async function isForeignState(dir: string): Promise<boolean> {
  return existsSync(statePath(dir)) && (await readPipelineState(dir)) === undefined;
}

/** Stores the state for the next command. */
export async function writePipelineState(dir: string, state: PipelineState): Promise<void> {
  await atomicWrite(statePath(dir), sealOf(statePath(dir)).sealed(state));
}
