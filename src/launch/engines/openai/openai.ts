import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";

import { isSystemError } from "../../../base/failure.ts";
import type { TrainingFile } from "../../../domain/training-job.ts";
import type { Engine, LoggedValue, Progress, RenderRequest, Verdict } from "../engine.ts";
import { HOSTED_FILE, type HostedConfig, HostedNews } from "./config.ts";

/**
 * Fine-tuning by a provider with an OpenAI-compatible API. The scheduler calls the provider and stores the responses in
 * the job folder, from which the engine reads them. The provider chooses the machines and keeps the weights, so there
 * is no checkpoint to continue from, and a cancelled job cannot be resumed.
 */
export const openai: Engine = {
  isProvider: true,
  preview: undefined,
  pauses: false,
  packages: {},
  install: "",
  render,
  copyLauncher: () => Promise.resolve(),
  // DPO: https://platform.openai.com/docs/guides/direct-preference-optimization
  rowShapes: ({ method }) =>
    method === "dpo" ? [["input", "preferred_output", "non_preferred_output"]] : [["messages"]],
  unsupported: ({ method, hosted, probeSteps, fallback }) => {
    if (method !== "sft" && method !== "dpo")
      return `hosted fine-tuning supports the methods sft and dpo, not ${method}`;
    if (hosted === undefined) return "hosted is required: epochs and usdPerMillionTokens";
    if (probeSteps !== undefined) return "a hosted job cannot pause, which probeSteps requires";
    return fallback === undefined ? undefined : "a hosted job has no spot machine, so it takes no fallback";
  },
  order: ({ jobFolder }) => ({ argv: ["POST", "/fine_tuning/jobs"], env: {}, cwd: jobFolder }),
  progress,
  newestCheckpoint: () => Promise.resolve(undefined),
  verify,
  logged,
};

/** Number of steps of a hosted run: the provider fills batches completely, except for the last one of an epoch. */
export function hostedSteps(
  { hosted, batchSequences }: Pick<TrainingFile, "hosted" | "batchSequences">,
  rows: number,
): { maxSteps: number; saveSteps: number } {
  const saveSteps = Math.max(1, Math.ceil(rows / batchSequences));
  return { maxSteps: saveSteps * (hosted?.epochs ?? 1), saveSteps };
}

/** @source openai-openapi f85dbe2, FineTuneSupervisedHyperparameters and FineTuneDPOHyperparameters */
function render({ spec, datasetFiles, evaluationFiles }: RenderRequest): Record<string, unknown> {
  const { hosted, method, beta } = spec;
  const config: HostedConfig = {
    model: spec.model,
    method: method === "dpo" ? "dpo" : "supervised",
    files: [...datasetFiles],
    evaluation_files: [...(evaluationFiles ?? [])],
    seed: spec.seed,
    ...(hosted?.suffix === undefined ? {} : { suffix: hosted.suffix }),
    test_question: hosted?.testQuestion ?? "Hello",
    hyperparameters: {
      n_epochs: hosted?.epochs ?? 1,
      batch_size: spec.batchSequences,
      ...(hosted?.learningRateMultiplier === undefined
        ? {}
        : { learning_rate_multiplier: hosted.learningRateMultiplier }),
      ...(method === "dpo" && beta !== undefined ? { beta } : {}),
    },
  };
  return config;
}

/** Last report of the provider about a job; undefined before the first request. */
export async function hostedNews(jobFolder: string): Promise<HostedNews | undefined> {
  try {
    return HostedNews.parse(JSON.parse(await readFile(pathIn(jobFolder), "utf8")));
  } catch (error) {
    if (isSystemError(error, "ENOENT", "ENOTDIR")) return undefined;
    throw error;
  }
}

const pathIn = (jobFolder: string): string => join(jobFolder, "out", HOSTED_FILE);

async function progress(jobFolder: string): Promise<Progress | undefined> {
  const news = await hostedNews(jobFolder);
  if (news === undefined || news.step === null) return undefined;
  const loss = news.metrics.at(-1)?.values["train_loss"];
  return {
    step: news.step,
    isFinite: true,
    timeMs: (await stat(pathIn(jobFolder))).mtimeMs,
    ...(loss === undefined ? {} : { loss }),
  };
}

/** A model is verified if the provider reports success with a model name and that model answered. */
async function verify(jobFolder: string): Promise<Verdict> {
  const news = await hostedNews(jobFolder);
  if (news === undefined) return { unverified: "the provider has not reported its state" };
  if (news.status !== "succeeded") return { unverified: `the provider reports it as ${news.status}` };
  if (news.modelId === null) return { unverified: "the provider named no model" };
  if (news.answer === null || news.answer.trim() === "") {
    return { unverified: `${news.modelId} did not answer: ${news.answerError ?? "its answer was empty"}` };
  }
  return { modelId: news.modelId };
}

async function logged(jobFolder: string): Promise<LoggedValue[]> {
  const news = await hostedNews(jobFolder);
  return (news?.metrics ?? []).flatMap(({ step, values }) =>
    Object.entries(values).map(([key, value]) => ({ key, step, value })),
  );
}
