import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import type { WatchPlan } from "../../../src/domain/watch-plan.ts";
import { readStagesFile } from "../../../src/programme/stages/read-stages-file.ts";
import { writeRetrainStages } from "../../../src/programme/watch/write-retrain-stages.ts";
import { catchFailureAsync } from "../../catch-failure.ts";
import { evaluationFolder, questions } from "../evaluate/programme-folder.ts";

const EVALUATION = `set: set
prompt: "{{question}}"
reference: answer
targets: { base: { answers: a.jsonl }, tuned: { answers: a.jsonl } }
scorers: [{ kind: exact, name: accuracy }]
`;
const GATE = "gates: [{ name: better, target: tuned, baseline: base, scorer: accuracy, margin: 0.05 }]\n";
const TRAINING = `version: 1
name: v2
engine: trl
model: model
dataset: frozen/train-2
device: cpu
gpu: cpu
usdPerHour: "0.10"
maxSteps: 30
saveSteps: 10
sequenceTokens: 128
learningRate: 2.0e-3
schedule: constant
loraRank: 8
loraAlpha: 16
maxUsd: "0.20"
`;

/** A plan of a quarter with this decision on retraining. */
function planned(decision: WatchPlan["retrain"]["decision"]): Pick<WatchPlan, "from" | "retrain"> {
  const reasons = ["support: answers in format is in alarm"];
  const gain = { points: [1, 2] as [number, number], basis: "test" };
  return {
    from: "2027-01-04",
    retrain: { decision, reasons, gain, cost: null, usdPerPoint: null, risks: [], quality: [] },
  };
}

const REQUEST = { out: "stages-2.yaml", training: "v2.yaml", evaluation: "e" };

const folderWith = (gates: string): Promise<string> =>
  evaluationFolder(questions(6), { yaml: EVALUATION + gates, files: { "v2.yaml": TRAINING } });

describe("a retraining that is due", () => {
  test("becomes stages that train stages reads: training, evaluation, gates", async () => {
    const dir = await folderWith(GATE);
    await writeRetrainStages(dir, planned("decide-now"), REQUEST);
    const { file } = await readStagesFile(dir, "stages-2.yaml");
    expect(file).toMatchObject({
      name: "retrain-2027-01-04",
      stages: [
        { name: "retrain", train: "v2.yaml" },
        { name: "answers", gate: ["tunewright", "eval", "run", "e"] },
        { name: "quality", gate: ["tunewright", "eval", "gate", "e"] },
      ],
    });
    expect(readFileSync(join(dir, "stages-2.yaml"), "utf8")).toContain("# - support: answers in format is in alarm");
    const again = await catchFailureAsync(() => writeRetrainStages(dir, planned("decide-now"), REQUEST));
    expect(again.message).toBe("stages-2.yaml already exists");
  });

  test("is not written where it is not due, without a gate, or without its training file", async () => {
    const dir = await folderWith("");
    const early = await catchFailureAsync(() => writeRetrainStages(dir, planned("not-yet"), REQUEST));
    expect(early).toMatchObject({ kind: "check_failed", message: expect.stringContaining("retraining is not due") });
    const open = await catchFailureAsync(() => writeRetrainStages(dir, planned("decide-now"), REQUEST));
    expect(open.message).toBe("eval/e.yaml states no gate that the new model must pass");
    const gated = await folderWith(GATE);
    const missing = { ...REQUEST, training: "v3.yaml" };
    const gone = await catchFailureAsync(() => writeRetrainStages(gated, planned("decide-now"), missing));
    expect(gone.message).toContain("v3.yaml");
    expect(existsSync(join(gated, "stages-2.yaml"))).toBe(false);
  });
});
