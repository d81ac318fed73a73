import { join } from "node:path";

import * as z from "zod";

import { atomicWrite } from "../../../base/atomic-write.ts";
import type { TrainingFile } from "../../../domain/training-job.ts";
import { recomputes } from "../../supervise/memory-ladder.ts";
import type { Engine, RenderRequest } from "../engine.ts";
import { pythonJson } from "../python-json.ts";
import { trackerVariables } from "../tracker-variables.ts";
import { loggedOutput, printedProgress, verifyOutput } from "../trainer-output.ts";
import { newestWholeCheckpoint } from "../trl/checkpoints.ts";
import { KEPT_CHECKPOINTS } from "../trainer-arguments.ts";

/** Configuration of a job: JSON, which Axolotl reads as YAML. */
const CONFIG_FILE = "axolotl.yaml";

/** Supervised LoRA training by Axolotl. It saves no checkpoint on SIGTERM. */
export const axolotl: Engine = {
  preview: undefined,
  pauses: false,
  packages: { torch: "2.6", transformers: "4.56", axolotl: "0.19" },
  install: 'pip install "axolotl>=0.19" "mlflow-skinny>=3"',
  render,
  copyLauncher: async (jobFolder, config) => {
    // Axolotl reads JSON as YAML but ignores unknown keys, so this file must not contain keys of our own
    const placed = { ...config, output_dir: join(jobFolder, "out"), dataset_prepared_path: join(jobFolder, "cache") };
    await atomicWrite(join(jobFolder, CONFIG_FILE), `${JSON.stringify(placed, null, 2)}\n`);
  },
  rowShapes: () => [["messages"]],
  unsupported: ({ method, device }) => {
    if (method !== "sft") return `Axolotl supports the method sft only, not ${method}`;
    return device === "cpu" ? "Axolotl requires a GPU" : undefined;
  },
  order: (request) => {
    const { python, jobFolder, spec, resumeFrom } = request;
    const resume = resumeFrom === undefined ? [] : [`--resume-from-checkpoint=${resumeFrom}`];
    return {
      argv: [python, "-u", ...launcher(spec), "-m", "axolotl.cli.train", join(jobFolder, CONFIG_FILE), ...resume],
      cwd: jobFolder,
      env: {
        HF_HUB_OFFLINE: "1",
        AXOLOTL_DO_NOT_TRACK: "1",
        ...(spec.threads === undefined ? {} : { OMP_NUM_THREADS: String(spec.threads) }),
        ...trackerVariables(request),
      },
    };
  },
  progress: async (jobFolder) => {
    const config = z.object({ max_steps: z.int() }).safeParse(await pythonJson(join(jobFolder, CONFIG_FILE))).data;
    return config === undefined ? undefined : printedProgress(jobFolder, config.max_steps);
  },
  newestCheckpoint: (jobFolder) => newestWholeCheckpoint(join(jobFolder, "out")),
  verify: (jobFolder, maxSteps) => verifyOutput(join(jobFolder, "out"), maxSteps),
  logged: (jobFolder) => loggedOutput(join(jobFolder, "out")),
};

/** One process per GPU. @source Axolotl docs, multi-gpu and multi-node: `torchrun ... -m axolotl.cli.train config.yml` */
function launcher({ gpuCount }: TrainingFile): string[] {
  return gpuCount === 1
    ? []
    : ["-m", "torch.distributed.run", "--standalone", `--nproc_per_node=${gpuCount}`, "--max_restarts=0"];
}

/** @source Axolotl 0.19, `axolotl.utils.schemas.config.AxolotlInputConfig` */
function render({ spec, modelDir, datasetFiles, evaluationFiles }: RenderRequest): Record<string, unknown> {
  const datasetOf = (file: string): object => ({
    path: "json",
    data_files: [file],
    type: "chat_template",
    field_messages: "messages",
  });
  return {
    base_model: modelDir,
    adapter: "lora",
    lora_r: spec.loraRank,
    lora_alpha: spec.loraAlpha,
    lora_target_linear: true,
    datasets: datasetFiles.map(datasetOf),
    ...(evaluationFiles === undefined
      ? { val_set_size: 0 }
      : { test_datasets: evaluationFiles.map(datasetOf), eval_steps: spec.evalSteps ?? spec.saveSteps }),
    train_on_inputs: false,
    sequence_len: spec.sequenceTokens,
    micro_batch_size: spec.batchSequences,
    gradient_accumulation_steps: spec.accumulationSteps,
    max_steps: spec.maxSteps,
    save_steps: spec.saveSteps,
    save_total_limit: KEPT_CHECKPOINTS,
    logging_steps: spec.loggingSteps,
    learning_rate: spec.learningRate,
    lr_scheduler: spec.schedule,
    optimizer: "adamw_torch",
    bf16: true,
    gradient_checkpointing: recomputes(spec),
    // Axolotl's default of 3 % would be a schedule of its own
    warmup_steps: 0,
    seed: spec.seed,
  };
}
