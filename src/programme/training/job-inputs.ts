import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import * as z from "zod";

import { atomicWrite } from "../../base/atomic-write.ts";
import { isSystemError } from "../../base/failure.ts";
import type { JobRow } from "./job-rows.ts";

const FILE = "inputs.json";

/** Folders that a job reads, which are copied to a target that does not share them. Absolute paths. */
export const JobInputs = z.strictObject({ model: z.string(), dataset: z.string(), evaluation: z.string().nullable() });
export type JobInputs = z.infer<typeof JobInputs>;

/** Stores with a job what it reads. */
export async function keepInputs(jobFolder: string, inputs: JobInputs): Promise<void> {
  await atomicWrite(join(jobFolder, FILE), `${JSON.stringify(inputs, null, 2)}\n`);
}

/** The folders of a run's files; undefined if it has no dataset file. */
export function inputsOf(
  modelDir: string,
  datasetFiles: readonly string[],
  evaluationFiles?: readonly string[],
): JobInputs | undefined {
  const [first] = datasetFiles;
  if (first === undefined) return undefined;
  const [evaluation] = evaluationFiles ?? [];
  return {
    model: modelDir,
    dataset: dirname(first),
    evaluation: evaluation === undefined ? null : dirname(evaluation),
  };
}

/** Inputs of a job; for a job of an earlier version, from the configuration of its launcher. */
export async function readInputs({ folder }: Pick<JobRow, "folder">): Promise<JobInputs | undefined> {
  const text = await readFile(join(folder, FILE), "utf8").catch((error: unknown) => {
    if (isSystemError(error, "ENOENT", "ENOTDIR")) return undefined;
    throw error;
  });
  if (text !== undefined) return JobInputs.parse(JSON.parse(text));
  const config = JSON.parse(await readFile(join(folder, "config.json"), "utf8")) as {
    model?: string;
    files?: string[];
    evaluation_files?: string[];
  };
  return inputsOf(config.model ?? "", config.files ?? [], config.evaluation_files);
}
