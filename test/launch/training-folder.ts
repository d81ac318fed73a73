import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { freezeFiles } from "../../src/curate/freeze/freeze-files.ts";

/** Writes a programme folder that a run can be started in: a model that nobody loads, frozen rows, `training.yaml`. */
export async function trainingFolder(folder: string, fields: Readonly<Record<string, unknown>> = {}): Promise<void> {
  await mkdir(join(folder, "model"), { recursive: true });
  for (const name of ["config.json", "tokenizer.json", "model.safetensors"]) {
    await writeFile(join(folder, "model", name), "{}");
  }
  const rows = join(folder, "rows.jsonl");
  await writeFile(rows, '{"text":"one"}\n{"text":"two"}\n');
  const out = join(folder, "frozen");
  const now = new Date("2026-11-25T12:00:00Z");
  if (!existsSync(out)) await freezeFiles([rows], { out, by: "QA", reason: "test", now });
  await writeTrainingFile(folder, "training.yaml", fields);
}

/** Writes the file of a run; `fields` replace its own. JSON is YAML too. */
export async function writeTrainingFile(
  folder: string,
  file: string,
  fields: Readonly<Record<string, unknown>>,
): Promise<void> {
  const whole = {
    version: 1,
    name: "support-sft",
    model: "model",
    dataset: "frozen",
    maxSteps: 12,
    saveSteps: 2,
    graceSec: 2,
    device: "cpu",
    ...fields,
  };
  await writeFile(join(folder, file), JSON.stringify(whole));
}
