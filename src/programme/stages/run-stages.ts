import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import { atomicWrite } from "../../base/atomic-write.ts";
import type { StageResult, StagesResult } from "../../domain/training-stages.ts";
import { checkNeeds, kindOf } from "./check-stages.ts";
import { keepPassed, passedResult, stageFolder } from "./passed-stages.ts";
import type { PlannedStages } from "./read-stages-file.ts";
import { runStage } from "./run-stage.ts";
import type { StageTools } from "./stage-place.ts";

const RECORD = "lineage.json";

/**
 * Runs the stages of a plan that have not passed yet, in order, and stops at the first failure. A result belongs to all
 * that it depends on: an edit of the plan, a training file or data repeats the stages that depend on it and no other.
 *
 * @throws Failure if a stage lacks something that can be checked before the first starts
 */
export async function runStages(plan: PlannedStages, tools: StageTools): Promise<StagesResult> {
  const planFolder = join(tools.dataDir, "stages", plan.id);
  await mkdir(planFolder, { recursive: true });
  let record = await stagesState(plan, tools.dataDir);
  await checkStages(plan, record, tools);
  for (const [index, stage] of plan.file.stages.entries()) {
    if (record.stages[index]!.state === "passed") continue;
    const folder = stageFolder(tools.dataDir, plan.keys.get(stage.name)!);
    await mkdir(folder, { recursive: true });
    const result = await runStage(stage, { plan, folder, tools, done: record.stages });
    if (result.state === "passed") await keepPassed(folder, result);
    const stages = record.stages.with(index, result);
    record = { ...record, stages, ok: stages.every(({ state }) => state === "passed") };
    await atomicWrite(join(planFolder, RECORD), `${JSON.stringify(record, null, 2)}\n`);
    tools.onStage(result);
    if (result.state !== "passed") break;
  }
  return record;
}

/**
 * Checks what the stages that have not passed need.
 *
 * @throws Failure check_failed, bad_input, not_found
 */
export async function checkStages(
  { file }: PlannedStages,
  { stages: done }: StagesResult,
  { programmeDir, python, check }: Pick<StageTools, "programmeDir" | "python" | "check">,
): Promise<void> {
  checkNeeds({ programmeDir, python, stages: file.stages, done });
  await check(file.stages.filter((_stage, index) => done[index]!.state !== "passed"));
}

/** Progress of a plan, without running anything: what has passed with the same inputs, in this plan or another. */
export async function stagesState({ id, file, keys }: PlannedStages, dataDir: string): Promise<StagesResult> {
  const stages = await Promise.all(
    file.stages.map(async (stage): Promise<StageResult> => {
      const { name } = stage;
      const passed = await passedResult(stageFolder(dataDir, keys.get(name)!));
      return passed === undefined ? waiting({ name, kind: kindOf(stage) }) : { ...passed, name };
    }),
  );
  return { id, name: file.name, ok: stages.every(({ state }) => state === "passed"), stages };
}

function waiting({ name, kind }: Pick<StageResult, "name" | "kind">): StageResult {
  return { name, kind, state: "waiting", detail: null, jobId: null, datasetDigest: null, output: null, sha256: null };
}
