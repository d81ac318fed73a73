import { open, readdir, rename, stat } from "node:fs/promises";
import { join } from "node:path";

import { isSystemError } from "../../../base/failure.ts";
import { pythonJson } from "../python-json.ts";
import { safetensorsProblem } from "../safetensors-check.ts";

/** Marker of transformers in a checkpoint that is being written. */
const INCOMPLETE = "checkpoint-is-incomplete.txt";

/** Signature of the last record of a zip archive, the format in which torch writes its files. */
const ZIP_END = Buffer.from("PK\u0005\u0006", "latin1");

/** Maximum size of the last record of a zip archive: 22 bytes and a comment. */
const ZIP_END_BYTES = 22 + 65_535;

/**
 * The newest checkpoint of an output folder from which a trainer can continue. Incomplete checkpoints are moved aside,
 * because the libraries use the checkpoint with the highest number.
 */
export async function newestWholeCheckpoint(out: string): Promise<string | undefined> {
  for (const name of await checkpointsOf(out)) {
    const folder = join(out, name);
    if ((await checkpointProblem(folder)) === undefined) return folder;
    await rename(folder, join(out, `torn-${name}-${(await stat(folder)).mtimeMs}`));
  }
  return undefined;
}

/** Names of the checkpoints in a folder, highest step first. */
export async function checkpointsOf(out: string): Promise<string[]> {
  const names = await readdir(out).catch((error: unknown) => {
    if (isSystemError(error, "ENOENT")) return [];
    throw error;
  });
  const stepOf = (name: string): number => Number(name.slice("checkpoint-".length));
  return names.filter((name) => /^checkpoint-\d+$/.test(name)).toSorted((a, b) => stepOf(b) - stepOf(a));
}

async function checkpointProblem(folder: string): Promise<string | undefined> {
  if (await exists(join(folder, INCOMPLETE))) return "the trainer did not finish writing it";
  if ((await pythonJson(join(folder, "trainer_state.json"))) === undefined) {
    return "its trainer_state.json cannot be read";
  }
  for (const name of ["optimizer.pt", "scheduler.pt"]) {
    if (!(await isWholeArchive(join(folder, name)))) return `its ${name} is incomplete or missing`;
  }
  return safetensorsProblem(join(folder, "adapter_model.safetensors"));
}

async function isWholeArchive(path: string): Promise<boolean> {
  if (!(await exists(path))) return false;
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    const tail = Buffer.alloc(Math.min(size, ZIP_END_BYTES));
    await file.read(tail, 0, tail.length, size - tail.length);
    return tail.includes(ZIP_END);
  } finally {
    await file.close();
  }
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
