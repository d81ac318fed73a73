import { TrainingFile } from "../../../src/domain/training-job.ts";
import type { RenderRequest } from "../../../src/launch/engines/engine.ts";

/** A run of two steps on the CPU by a method, as every engine is given it. */
export function runOf(method: TrainingFile["method"], over: Partial<TrainingFile> = {}): RenderRequest {
  const spec = TrainingFile.parse({
    version: 1,
    name: method,
    method,
    model: "model",
    dataset: `frozen/${method}`,
    maxSteps: 2,
    saveSteps: 1,
    sequenceTokens: 256,
    batchSequences: 4,
    learningRate: 1e-4,
    schedule: "constant",
    loraRank: 8,
    loraAlpha: 16,
    device: "cpu",
    ...(method === "grpo"
      ? {
          rewardFile: "rewards.py",
          rewardFunctions: ["names_the_queue", "short"],
          generations: 4,
          completionTokens: 24,
        }
      : {}),
    ...over,
  });
  return {
    spec,
    modelDir: "/data/model",
    datasetFiles: [`/data/frozen/${method}/train.jsonl`],
    ...(method === "grpo" ? { rewardFile: "/data/rewards.py" } : {}),
  };
}
