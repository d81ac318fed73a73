import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";

import * as z from "zod";

import { atomicWrite } from "../../../base/atomic-write.ts";
import { isSystemError } from "../../../base/failure.ts";
import type { TrainingFile } from "../../../domain/training-job.ts";
import { recomputes } from "../../supervise/memory-ladder.ts";
import type { Engine, Progress, RenderRequest } from "../engine.ts";
import { trackerVariables } from "../tracker-variables.ts";
import { clockMs, loggedOutput, recentSteps, verifyOutput } from "../trainer-output.ts";
import { parsePythonJson } from "../python-json.ts";
import { newestWholeCheckpoint } from "../trl/checkpoints.ts";
import { trainerArguments } from "../trainer-arguments.ts";

const DATASET_FILE = "dataset_info.json";

/** Number of newest lines that are read for the progress. */
const RECENT_LINES = 32;

/** A line of `trainer_log.jsonl`. */
const LogLine = z.object({ current_steps: z.int(), loss: z.unknown(), elapsed_time: z.string().optional() });

/**
 * LoRA training by LLaMA-Factory: supervised, or DPO or ORPO on preference pairs. It does not save a checkpoint on
 * SIGTERM.
 */
export const llamaFactory: Engine = {
  preview: undefined,
  pauses: false,
  packages: { torch: "2.6", transformers: "4.56", llamafactory: "0.9" },
  install: 'pip install "llamafactory[torch]>=0.9.5" "mlflow-skinny>=3"',
  render,
  copyLauncher: async (jobFolder, config) => {
    const datasets = z.record(z.string(), z.unknown()).parse(config["tunewright_datasets"]);
    await atomicWrite(join(jobFolder, DATASET_FILE), `${JSON.stringify(datasets, null, 2)}\n`);
    const { tunewright_datasets: _own, ...settings } = config;
    const placed = { ...settings, dataset_dir: jobFolder, output_dir: join(jobFolder, "out") };
    await atomicWrite(join(jobFolder, "llama-factory.json"), `${JSON.stringify(placed, null, 2)}\n`);
  },
  rowShapes: ({ method }) => (method === "sft" ? [["messages"]] : [["prompt", "chosen", "rejected"]]),
  unsupported: ({ method, template, assistantOnly }) => {
    if (method === "kto" || method === "grpo" || method === "reward") {
      return `LLaMA-Factory supports the methods sft, dpo and orpo, not ${method}`;
    }
    if (template === undefined)
      return "template is required: with the wrong template the model trains on malformed prompts without an error";
    return assistantOnly ? "assistantOnly is the default of LLaMA-Factory: remove it" : undefined;
  },
  order: (request) => {
    const { python, jobFolder, spec, resumeFrom, tracker } = request;
    const own = [
      ...(resumeFrom === undefined ? [] : [`resume_from_checkpoint=${resumeFrom}`]),
      ...(tracker === undefined ? ["report_to=none"] : []),
    ];
    return {
      argv: [python, "-u", "-m", "llamafactory.cli", "train", join(jobFolder, "llama-factory.json"), ...own],
      cwd: jobFolder,
      env: {
        HF_HUB_OFFLINE: "1",
        HF_DATASETS_CACHE: join(jobFolder, "cache"),
        ...(spec.device === "cpu" ? {} : processes(spec)),
        ...(spec.threads === undefined ? {} : { OMP_NUM_THREADS: String(spec.threads) }),
        ...trackerVariables(request),
      },
    };
  },
  progress,
  newestCheckpoint: (jobFolder) => newestWholeCheckpoint(join(jobFolder, "out")),
  verify: (jobFolder, maxSteps) => verifyOutput(join(jobFolder, "out"), maxSteps),
  logged: (jobFolder) => loggedOutput(join(jobFolder, "out")),
};

/**
 * One process per GPU of the run, on machines with more too.
 *
 * @source LLaMA-Factory 0.9.5, `llamafactory.cli`: torchrun starts NPROC_PER_NODE processes
 */
function processes({ gpuCount }: TrainingFile): Record<string, string> {
  return { NPROC_PER_NODE: String(gpuCount), ...(gpuCount === 1 ? {} : { FORCE_TORCHRUN: "1" }) };
}

/** @source LLaMA-Factory 0.9.5: `llamafactory.hparams`, data/README.md for the datasets */
function render({ spec, modelDir, datasetFiles, evaluationFiles }: RenderRequest): Record<string, unknown> {
  const isCpu = spec.device === "cpu";
  const names = datasetFiles.map((_file, index) => `train_${index + 1}`);
  const held = (evaluationFiles ?? []).map((_file, index) => `evaluation_${index + 1}`);
  return {
    stage: spec.method === "sft" ? "sft" : "dpo",
    do_train: true,
    model_name_or_path: modelDir,
    finetuning_type: "lora",
    lora_rank: spec.loraRank,
    lora_alpha: spec.loraAlpha,
    lora_target: "all",
    dataset: names.join(","),
    ...(held.length === 0
      ? {}
      : {
          eval_dataset: held.join(","),
          eval_strategy: "steps",
          eval_steps: spec.evalSteps ?? spec.saveSteps,
          per_device_eval_batch_size: spec.batchSequences,
        }),
    template: spec.template,
    cutoff_len: spec.sequenceTokens,
    ...(spec.method === "sft" ? {} : { pref_loss: spec.method === "orpo" ? "orpo" : "sigmoid" }),
    ...(spec.method === "sft" || spec.beta === undefined ? {} : { pref_beta: spec.beta }),
    ...trainerArguments(spec, { isCpu }),
    disable_gradient_checkpointing: !recomputes(spec),
    report_to: "mlflow",
    tunewright_datasets: datasetInfo(spec, [...names, ...held], [...datasetFiles, ...(evaluationFiles ?? [])]),
  };
}

/** Dataset entries in the form that LLaMA-Factory looks up. Absolute paths are unchanged. */
function datasetInfo(
  { method }: Pick<TrainingFile, "method">,
  names: readonly string[],
  files: readonly string[],
): Record<string, unknown> {
  const chat = {
    formatting: "sharegpt",
    columns: { messages: "messages" },
    tags: {
      role_tag: "role",
      content_tag: "content",
      user_tag: "user",
      assistant_tag: "assistant",
      system_tag: "system",
    },
  };
  const pairs = { ranking: true, columns: { prompt: "prompt", chosen: "chosen", rejected: "rejected" } };
  return Object.fromEntries(
    names.map((name, index) => [name, { file_name: files[index], ...(method === "sft" ? chat : pairs) }]),
  );
}

/** @source LLaMA-Factory 0.9.5, `trainer_log.jsonl`: one line per logged step */
async function progress(jobFolder: string): Promise<Progress | undefined> {
  const path = join(jobFolder, "out", "trainer_log.jsonl");
  try {
    const lines = (await readFile(path, "utf8")).split("\n").slice(0, -1);
    const logged = lines
      .filter((line) => line.includes("current_steps"))
      .slice(-RECENT_LINES)
      .map((line) => LogLine.parse(parsePythonJson(line)));
    const last = logged.at(-1);
    if (last === undefined) return undefined;
    const { mtimeMs: timeMs } = await stat(path);
    const timed = logged.flatMap(({ current_steps: step, elapsed_time: elapsed }) =>
      elapsed === undefined ? [] : [{ step, elapsedMs: clockMs(elapsed) }],
    );
    return {
      step: last.current_steps,
      isFinite: last.loss !== "NaN",
      timeMs,
      loss: typeof last.loss === "number" ? last.loss : undefined,
      recent: recentSteps(timed, timeMs),
    };
  } catch (error) {
    if (isSystemError(error, "ENOENT", "ENOTDIR") || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
