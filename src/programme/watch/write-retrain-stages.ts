import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";

import { atomicWrite } from "../../base/atomic-write.ts";
import { Failure } from "../../base/failure.ts";
import type { WatchPlan } from "../../domain/watch-plan.ts";
import { readEvaluation } from "../evaluate/read-evaluation.ts";
import { readStagesFile } from "../stages/read-stages-file.ts";

/** Stages of a retraining to write. */
export type RetrainStages = {
  /** File of the stages, in the programme folder. */
  out: string;
  /** Training file, whose dataset is the new frozen version. */
  training: string;
  /** Evaluation whose gates the new model must pass. */
  evaluation: string;
};

/**
 * Writes the retraining of a plan as stages for `train stages`: training, the evaluation, its gates. Nothing is started.
 *
 * @throws Failure check_failed if retraining is not due; bad_input if the file exists, or the evaluation has no gates;
 * those of reading stages
 */
export async function writeRetrainStages(
  folder: string,
  { from, retrain }: Pick<WatchPlan, "from" | "retrain">,
  { out, training, evaluation }: RetrainStages,
): Promise<void> {
  if (retrain.decision === "not-yet") {
    throw new Failure("check_failed", `no stages are written, because retraining is not due: ${retrain.reasons[0]}`, {
      hint: "to retrain anyway, write the stages yourself: docs/guides/stages.md",
    });
  }
  if (existsSync(join(folder, out))) {
    throw new Failure("bad_input", `${out} already exists`, { hint: "name another file with --stages" });
  }
  const { evaluation: stated } = await readEvaluation(folder, evaluation);
  if (stated.gates.length === 0) {
    throw new Failure("bad_input", `eval/${evaluation}.yaml states no gate that the new model must pass`, {
      hint: "add one under gates, with name, target, baseline, scorer and margin",
    });
  }
  const lines = [
    `# Retraining of the quarter from ${from}. Reasons:`,
    ...retrain.reasons.map((reason) => `# - ${reason}`),
    "# Set `dataset` of the training file to the new frozen version. The new model must be served where its target says.",
    "version: 1",
    `name: retrain-${from}`,
    "stages:",
    `  - { name: retrain, train: ${JSON.stringify(training)} }`,
    `  - { name: answers, gate: [tunewright, eval, run, ${JSON.stringify(evaluation)}] }`,
    `  - { name: quality, gate: [tunewright, eval, gate, ${JSON.stringify(evaluation)}] }`,
  ];
  await atomicWrite(join(folder, out), `${lines.join("\n")}\n`);
  try {
    await readStagesFile(folder, out);
  } catch (error) {
    await rm(join(folder, out), { force: true });
    throw error;
  }
}
