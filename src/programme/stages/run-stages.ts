import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import { atomicWrite } from "../../base/atomic-write.ts";
import { isSystemError } from "../../base/failure.ts";
import { readText } from "../../base/read-text.ts";
import { type StageResult, StagesResult } from "../../domain/training-stages.ts";
import { checkNeeds, kindOf } from "./check-stages.ts";
import type { PlannedStages } from "./read-stages-file.ts";
import { runStage } from "./run-stage.ts";
import type { StageTools } from "./stage-place.ts";

const RECORD = "lineage.json";

/**
 * Runs the stages of a plan that have not passed yet, in order, and stops at the first failure. Results are recorded:
 * the same plan with the same data continues where it stopped, and new data make a new plan.
 *
 * @throws Failure if a stage lacks something that can be checked before the first starts
 */
export async function runStages(plan: PlannedStages, tools: StageTools): Promise<StagesResult> {
  const folder = join(tools.dataDir, "stages", plan.id);
  await mkdir(folder, { recursive: true });
  let record = await recordOf(folder, plan);
  const { programmeDir, python } = tools;
  checkNeeds({ programmeDir, python, stages: plan.file.stages, done: record.stages });
  for (const [index, stage] of plan.file.stages.entries()) {
    if (record.stages[index]!.state === "passed") continue;
    const result = await runStage(stage, { plan, folder, tools, done: record.stages });
    const stages = record.stages.with(index, result);
    record = { ...record, stages, ok: stages.every(({ state }) => state === "passed") };
    await atomicWrite(join(folder, RECORD), `${JSON.stringify(record, null, 2)}\n`);
    tools.onStage(result);
    if (result.state !== "passed") break;
  }
  return record;
}

/** Progress of a plan, without running anything. */
export function stagesState(plan: PlannedStages, dataDir: string): Promise<StagesResult> {
  return recordOf(join(dataDir, "stages", plan.id), plan);
}

async function recordOf(folder: string, { id, file }: PlannedStages): Promise<StagesResult> {
  try {
    const known = StagesResult.parse(JSON.parse(await readText(join(folder, RECORD))));
    // a failed stage is tried again, and so are the stages after it
    return { ...known, stages: known.stages.map((stage) => (stage.state === "failed" ? waiting(stage) : stage)) };
  } catch (error) {
    const isMissing = isSystemError(error, "ENOENT") || (error as { kind?: string }).kind === "not_found";
    if (!isMissing) throw error;
    const stages = file.stages.map((stage) => waiting({ name: stage.name, kind: kindOf(stage) }));
    return { id, name: file.name, ok: false, stages };
  }
}

function waiting({ name, kind }: Pick<StageResult, "name" | "kind">): StageResult {
  return { name, kind, state: "waiting", detail: null, jobId: null, datasetDigest: null, output: null, sha256: null };
}
