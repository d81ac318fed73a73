import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { wandbFile } from "./wandb-file.ts";

/** Id of the run of `writeMlruns`. */
export const MLRUNS_RUN = "7a2290ea473341978926bb9dee3caf60";

/**
 * Writes a folder `mlruns` with one run, whose metric `train/loss` has these lines. The files are those of mlflow 3.17's
 * file store, with other ids and times.
 */
export async function writeMlruns(folder: string, lines: string): Promise<string> {
  const root = join(folder, "mlruns");
  const run = `820896056614371479/${MLRUNS_RUN}`;
  const files: Record<string, string> = {
    "820896056614371479/meta.yaml":
      "experiment_id: '820896056614371479'\nname: tune\nlifecycle_stage: active\ncreation_time: 1795940318958\n",
    [`${run}/meta.yaml`]: `run_id: ${MLRUNS_RUN}\nrun_name: trial 1\nuser_id: ada\nstatus: 4\nstart_time: 1795940319111\nend_time: 1795940319221\nlifecycle_stage: deleted\ntags: []\n`,
    [`${run}/params/lr`]: "0.001",
    [`${run}/params/empty`]: "",
    [`${run}/tags/k/é`]: "v",
    [`${run}/metrics/train/loss`]: lines,
    [`${run}/artifacts/sub/a.txt`]: "hello",
    [`${run}/inputs/1fe5/meta.yaml`]: "source_id: 9950\nsource_type: DATASET\ntags:\n  mlflow.data.context: training\n",
    "820896056614371479/datasets/9950/meta.yaml":
      "digest: abcd1234\nname: d\nprofile: null\nschema: null\nsource: '{}'\nsource_type: local\n",
  };
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  return root;
}

/** Writes what the examples of `runs import` name: folders `mlruns` and `wandb`. */
export async function writeForeignTrackers(folder: string): Promise<void> {
  await writeMlruns(folder, "1 2.5 0\n2 1.5 1\n");
  const run = join(folder, "wandb", "offline-run-20261129_081859-abc");
  await mkdir(run, { recursive: true });
  await writeFile(
    join(run, "run-abc.wandb"),
    wandbFile({ id: "abc", project: "voice", name: "wb-0", steps: 3, exitCode: 0 }),
  );
}
