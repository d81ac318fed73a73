import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { MLRUNS_RUN } from "./foreign-trackers.ts";

/** Id of the logged model of `writeMlrunsModels`. */
export const LOGGED = `m-${"c".repeat(32)}`;

/** A version of a registered model, as a file of mlflow 3.17's file store. */
export function versionMeta(version: number, changes: Record<string, string | null> = {}): string {
  const facts: Record<string, string | null> = {
    creation_timestamp: `179607052${version}000`,
    current_stage: "None",
    description: null,
    last_updated_timestamp: `179607052${version}001`,
    model_id: null,
    name: "champion",
    run_id: null,
    run_link: null,
    source: `runs:/${MLRUNS_RUN}/sub`,
    status: "READY",
    status_message: null,
    user_id: null,
    version: String(version),
    ...changes,
  };
  return Object.entries(facts)
    .map(([key, value]) => `${key}: ${value ?? "null"}\n`)
    .join("");
}

/**
 * Adds models to the folder of `writeMlruns`: the registered model `champion` with versions 1, 2 and a deleted 3, and a
 * logged model with files. The files are those of mlflow 3.17's file store, with other ids and times.
 */
export async function writeMlrunsModels(root: string): Promise<void> {
  const logged = `820896056614371479/models/${LOGGED}`;
  await writeFiles(root, {
    "models/champion/meta.yaml":
      "creation_timestamp: 1796070520000\ndescription: The best\nlast_updated_timestamp: 1796070529000\nname: champion\n",
    "models/champion/tags/team": "a",
    "models/champion/aliases/best": "2",
    "models/champion/version-1/meta.yaml": versionMeta(1, {
      current_stage: "Production",
      description: "one",
      model_id: LOGGED,
      run_id: MLRUNS_RUN,
      source: `models:/${LOGGED}`,
    }),
    "models/champion/version-1/tags/q": "1",
    "models/champion/version-2/meta.yaml": versionMeta(2, {
      run_id: MLRUNS_RUN,
      status: "FAILED_REGISTRATION",
      status_message: "no space",
    }),
    "models/champion/version-3/meta.yaml": versionMeta(3, { current_stage: "Deleted_Internal" }),
    [`${logged}/meta.yaml`]: `artifact_location: file:///elsewhere\ncreation_timestamp: 1796070520478\nexperiment_id: '820896056614371479'\nlast_updated_timestamp: 1796070520482\nmodel_id: ${LOGGED}\nmodel_type: llm\nname: adapter\nsource_run_id: ${MLRUNS_RUN}\nstatus: 2\nstatus_message: null\n`,
    [`${logged}/params/lr`]: "0.1",
    [`${logged}/tags/k`]: "v",
    [`${logged}/metrics/eval/loss`]: `1790000000000 0.75 2 ${MLRUNS_RUN}\n1790000000001 0.5 3 ${MLRUNS_RUN}\n`,
    [`${logged}/metrics/nan`]: `1790000000000 nan 9223372036854775807 ${MLRUNS_RUN} held abcd\n`,
    [`${logged}/artifacts/deep/w.bin`]: "weights",
    [`820896056614371479/${MLRUNS_RUN}/outputs/${LOGGED}/meta.yaml`]: `destination_id: ${LOGGED}\ndestination_type: MODEL_OUTPUT\nsource_id: ${LOGGED}\nsource_type: RUN_OUTPUT\nstep: 2\ntags: {}\n`,
  });
}

/** Writes files below a folder. */
export async function writeFiles(root: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
}
