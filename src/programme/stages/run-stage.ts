import { existsSync } from "node:fs";
import { cp, mkdir, rename, rm } from "node:fs/promises";
import { dirname, join, relative } from "node:path";

import { Failure } from "../../base/failure.ts";
import { hashFile } from "../../base/hash-file.ts";
import type { StageResult, TrainingStage } from "../../domain/training-stages.ts";
import { safetensorsProblem } from "../../launch/engines/safetensors-check.ts";
import { modelFolder } from "../training/read-training-file.ts";
import { runProgram } from "./run-program.ts";
import { kindOf } from "./check-stages.ts";
import type { PlannedStages } from "./read-stages-file.ts";
import { areSame } from "./same-files.ts";
import { verifiedOutput } from "./passed-stages.ts";
import type { Done, StagePlace } from "./stage-place.ts";
import { lastLine, runPython, sizeOf } from "./stage-python.ts";
import { writeGguf } from "./write-gguf.ts";

/** Runs one stage to its end. Its output is renamed to its final path when it is complete. */
export async function runStage(stage: TrainingStage, place: StagePlace): Promise<StageResult> {
  const done = await doStage(stage, place);
  return {
    name: stage.name,
    kind: kindOf(stage),
    jobId: null,
    datasetDigest: null,
    output: null,
    sha256: null,
    ...done,
  };
}

function doStage(stage: TrainingStage, place: StagePlace): Promise<Done> {
  if ("train" in stage) return train(stage, place);
  if ("sweep" in stage) return search(stage, place);
  if ("gate" in stage) return gate(stage, place);
  if ("merge" in stage) return merge(stage, place);
  return "gguf" in stage ? writeGguf(stage, place) : exportResult(stage, place);
}

async function train(
  stage: Extract<TrainingStage, { train: string }>,
  { plan, tools, done }: StagePlace,
): Promise<Done> {
  const id = idOf(plan, stage);
  const base = stage.from === undefined ? undefined : await verifiedOutput(done, stage.from);
  const model = base === undefined ? {} : { model: relative(tools.programmeDir, base) };
  const job = await tools.train({ file: stage.train, id, ...model });
  const about = { jobId: job.id, datasetDigest: job.datasetDigest };
  if (job.endedAt === null) {
    throw new Failure("interrupted", `job ${job.id} continues; the plan was interrupted`, {
      hint: "run the command again to continue",
    });
  }
  if (job.state !== "done-verified") {
    const why = job.reason === null ? job.state : `${job.state}: ${job.reason}`;
    return { state: "failed", detail: `job ${job.id} ended as ${why}; train resume continues it`, ...about };
  }
  if (job.modelId !== null) {
    return { state: "passed", detail: `${job.modelId}, verified`, output: null, sha256: null, ...about };
  }
  const output = join(job.folder, "out", "adapter");
  return { state: "passed", detail: `${job.maxSteps} steps, verified`, output, sha256: job.modelSha256, ...about };
}

/** Id of what a stage starts, so that every plan with the same stage finds it again. */
function idOf({ keys }: PlannedStages, { name }: TrainingStage): string {
  return keys.get(name)!.slice(0, 12);
}

async function search(stage: Extract<TrainingStage, { sweep: string }>, { plan, tools }: StagePlace): Promise<Done> {
  const sweep = await tools.sweep({ file: stage.sweep, id: idOf(plan, stage) });
  if (sweep.endedAt === null) {
    throw new Failure("interrupted", `sweep ${sweep.id} continues; the plan was interrupted`, {
      hint: "run the command again to continue",
    });
  }
  const { best, trials } = sweep;
  const trial = trials.find(({ trial: number }) => number === best?.trial);
  if (best === null || best.isPartial || trial?.jobId === undefined || trial.jobId === null) {
    const why = `sweep ${sweep.id} ended as ${sweep.state} and no trial reached its last step`;
    return { state: "failed", detail: `${why}; sweep resume continues it` };
  }
  const job = await tools.job(trial.jobId);
  const about = { jobId: job.id, datasetDigest: job.datasetDigest };
  if (job.state !== "done-verified") {
    return { state: "failed", detail: `the best trial of sweep ${sweep.id} ended as ${job.state}`, ...about };
  }
  const values = Object.entries(trial.values).map(([field, value]) => `${field} ${value}`);
  const detail = `best of ${trials.length} trials: ${values.join(", ")}; ${sweep.metric} ${best.value.toPrecision(4)}, verified`;
  return { state: "passed", detail, output: join(job.folder, "out", "adapter"), sha256: job.modelSha256, ...about };
}

async function gate({ gate: argv }: { gate: readonly string[] }, { tools, done }: StagePlace): Promise<Done> {
  const isProgram = (word: string, index: number): boolean =>
    word === "tunewright" && (index === 0 || argv[index - 1] === "--");
  const command = argv.flatMap((word, index) => (isProgram(word, index) ? tools.program : [word]));
  const last = done.findLast((stage) => stage.output !== null);
  const env = last === undefined ? {} : { TUNEWRIGHT_STAGE_OUTPUT: await verifiedOutput(done, last.name) };
  const { code, text } = await runProgram(command, { cwd: tools.programmeDir, env });
  if (code === 0) return { state: "passed", detail: lastLine(text) };
  if (code === 5) return { state: "failed", detail: `the gate failed: ${lastLine(text)}` };
  throw new Failure(
    "outside",
    `the gate ${argv.join(" ")} could not be judged: exit status ${code}: ${lastLine(text)}`,
    {
      hint: "a gate exits with 0 to pass and with 5 to fail",
    },
  );
}

async function merge({ name, merge: from }: { name: string; merge: string }, place: StagePlace): Promise<Done> {
  const { plan, folder, tools, done } = place;
  const trained = plan.file.stages.find((stage) => stage.name === from)!;
  const base =
    "from" in trained && trained.from !== undefined
      ? await verifiedOutput(done, trained.from)
      : modelFolder(tools.programmeDir, plan.runs.get(from)!);
  const [fresh, output] = [join(folder, `${name}.tmp`), join(folder, name)];
  await rm(fresh, { recursive: true, force: true });
  await runPython(tools, ["merge_adapter.py", await verifiedOutput(done, from), base, fresh]);
  const weights = join(fresh, "model.safetensors");
  const problem = await safetensorsProblem(weights);
  if (problem !== undefined) return { state: "failed", detail: `model.safetensors cannot be loaded: ${problem}` };
  const sha256 = await hashFile(weights);
  await rm(output, { recursive: true, force: true });
  await rename(fresh, output);
  return {
    state: "passed",
    detail: `${await sizeOf(join(output, "model.safetensors"))} of safetensors`,
    output,
    sha256,
  };
}

/**
 * Copies a result next to its destination and renames it, so that the destination is whole or absent. One that already
 * holds the same files was exported by a run of the plan that was killed before it could say so.
 */
async function exportResult(
  { export: from, to }: { export: string; to: string },
  { tools, done }: StagePlace,
): Promise<Done> {
  const target = join(tools.programmeDir, to);
  const source = await verifiedOutput(done, from);
  const { sha256 } = done.find(({ name }) => name === from)!;
  const passed = { state: "passed" as const, detail: `copied to ${to}`, output: target, sha256 };
  if (existsSync(target)) {
    if (await areSame(source, target)) return passed;
    throw new Failure("bad_input", `${to} already exists`, { hint: "choose another path, or move it" });
  }
  const fresh = `${target}.tmp`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(dirname(target), { recursive: true });
  await cp(source, fresh, { recursive: true });
  if (!(await areSame(source, fresh))) {
    throw new Failure("outside", `the copy of ${from} is not its original`, {
      hint: "check the disk, and run the plan again",
    });
  }
  await rename(fresh, target);
  return passed;
}
