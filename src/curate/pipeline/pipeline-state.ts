import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { atomicWrite } from "../../base/atomic-write.ts";
import { isSystemError } from "../../base/failure.ts";
import { sealed, unsealed } from "./artefact.ts";

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
};

/** Which artefacts the last run of a pipeline made or found, in order: where lineage starts. */
export type PipelineState = {
  /** Where the artefacts lie where that is not the folder of the programme: `s3://bucket/prefix`. */
  store: string | null;
  sources: readonly StateSource[];
  stages: readonly { stage: string; artefact: string }[];
  /** The file with the rows that came through, where a run came to its end. */
  out: StateOut | null;
};

/** Folder of the artefacts of a programme. */
export function artefactsFolder(dir: string): string {
  return join(dir, PIPELINE_FOLDER, "artefacts");
}

const statePath = (dir: string): string => join(dir, PIPELINE_FOLDER, "pipeline.json");

/** What the last run left in a programme folder; undefined where there was none, or its record is torn. */
export async function readPipelineState(dir: string): Promise<PipelineState | undefined> {
  try {
    return unsealed(await readFile(statePath(dir), "utf8")) as PipelineState | undefined;
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return undefined;
    throw error;
  }
}

/** Keeps it for the next command. */
export async function writePipelineState(dir: string, state: PipelineState): Promise<void> {
  await atomicWrite(statePath(dir), sealed(state));
}
