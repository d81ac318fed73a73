import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, rename, rm, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

import { Failure } from "../../base/failure.ts";
import { hashFile } from "../../base/hash-file.ts";
import type { TrainingJob } from "../../domain/training-job.ts";
import type { StageResult, TrainingStage } from "../../domain/training-stages.ts";
import { safetensorsProblem } from "../../launch/engines/safetensors-check.ts";
import { executableOf } from "../training/preflight.ts";
import { modelFolder } from "../training/read-training-file.ts";
import { runProgram } from "./run-program.ts";
import { kindOf, type PlannedStages } from "./read-stages-file.ts";

const PYTHON_FILES = new URL("../../launch/export/python/", import.meta.url);

/** What stages are run with. */
export type StageTools = {
  programmeDir: string;
  /** Folder of the state. */
  dataDir: string;
  /** Python that merges and converts. */
  python: string | undefined;
  /** Starts a training job, or takes up the one of that id, and waits for its end. */
  train: (request: { file: string; id: string; model?: string }) => Promise<TrainingJob>;
  /** What the word `tunewright` in a gate stands for: program and first arguments. */
  program: readonly string[];
  onStage: (result: StageResult) => void;
};

/** What a stage is run in. */
export type StagePlace = {
  plan: PlannedStages;
  /** Folder of the plan's results. */
  folder: string;
  tools: StageTools;
  /** Results of all stages, in their order. */
  done: readonly StageResult[];
};

type Done = Partial<Pick<StageResult, "jobId" | "datasetDigest" | "output" | "sha256">> & {
  state: "passed" | "failed";
  detail: string;
};

/** Runs one stage to its end. What it writes gets its name when it is whole. */
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
  if ("gate" in stage) return gate(stage, place);
  if ("merge" in stage) return merge(stage, place);
  return "gguf" in stage ? writeGguf(stage, place) : exportResult(stage, place);
}

async function train(
  stage: Extract<TrainingStage, { train: string }>,
  { plan, tools, done }: StagePlace,
): Promise<Done> {
  const id = createHash("sha256").update(`${plan.id} ${stage.name}`).digest("hex").slice(0, 12);
  const base = stage.from === undefined ? undefined : outputOf(done, stage.from);
  const model = base === undefined ? {} : { model: relative(tools.programmeDir, base) };
  const job = await tools.train({ file: stage.train, id, ...model });
  const about = { jobId: job.id, datasetDigest: job.datasetDigest };
  if (job.endedAt === null) {
    throw new Failure("interrupted", `job ${job.id} goes on; the plan was interrupted`, {
      hint: "run the command again to go on",
    });
  }
  if (job.state !== "done-verified") {
    const why = job.reason === null ? job.state : `${job.state}: ${job.reason}`;
    return { state: "failed", detail: `job ${job.id} ended as ${why}; train resume lets it go on`, ...about };
  }
  const output = join(job.folder, "out", "adapter");
  return { state: "passed", detail: `${job.maxSteps} steps, verified`, output, sha256: job.modelSha256, ...about };
}

async function gate({ gate: argv }: { gate: readonly string[] }, { tools, done }: StagePlace): Promise<Done> {
  const [first = "", ...rest] = argv;
  const command = first === "tunewright" ? [...tools.program, ...rest] : [first, ...rest];
  const output = done.findLast((stage) => stage.output !== null)?.output;
  const env = output === undefined || output === null ? {} : { TUNEWRIGHT_STAGE_OUTPUT: output };
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
      ? outputOf(done, trained.from)
      : modelFolder(tools.programmeDir, plan.runs.get(from)!);
  const [fresh, output] = [join(folder, `${name}.tmp`), join(folder, name)];
  await rm(fresh, { recursive: true, force: true });
  await python(tools, ["merge_adapter.py", outputOf(done, from), base, fresh]);
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

async function writeGguf(
  stage: Extract<TrainingStage, { gguf: string }>,
  { folder, tools, done }: StagePlace,
): Promise<Done> {
  const { name, gguf, type, base, converter } = stage;
  const [fresh, output] = [join(folder, `${name}.gguf.tmp`), join(folder, `${name}.gguf`)];
  await rm(fresh, { force: true });
  const model = outputOf(done, gguf);
  if (converter !== undefined) {
    await python(tools, [converter, model, "--outfile", fresh, "--outtype", type.toLowerCase()]);
  } else if (base === undefined) {
    throw new Failure("bad_input", `stage ${name} names neither base nor converter`, {
      hint: "add base: a GGUF file of the base model; or converter: convert_hf_to_gguf.py of llama.cpp",
    });
  } else {
    await python(tools, ["write_gguf.py", model, join(tools.programmeDir, base), fresh, type]);
  }
  const sha256 = await hashFile(fresh);
  await rename(fresh, output);
  return { state: "passed", detail: `${await sizeOf(output)} of GGUF, ${type}`, output, sha256 };
}

async function exportResult(
  { export: from, to }: { export: string; to: string },
  { tools, done }: StagePlace,
): Promise<Done> {
  const target = join(tools.programmeDir, to);
  if (existsSync(target)) {
    throw new Failure("bad_input", `${to} already exists`, { hint: "name another place, or move it away" });
  }
  const source = outputOf(done, from);
  const known = done.find(({ name }) => name === from)!;
  await rm(`${target}.tmp`, { recursive: true, force: true });
  await cp(source, `${target}.tmp`, { recursive: true });
  await rename(`${target}.tmp`, target);
  return { state: "passed", detail: `copied to ${to}`, output: target, sha256: known.sha256 };
}

function outputOf(done: readonly StageResult[], name: string): string {
  const output = done.find((stage) => stage.name === name)?.output;
  if (output === undefined || output === null) throw new Error(`stage ${name} has no result`);
  return output;
}

/** Runs one of our Python files, or one of the user's, to its end. @throws Failure outside with its last line */
async function python({ python: named, programmeDir }: StageTools, words: readonly string[]): Promise<void> {
  const executable = executableOf(named);
  if (executable === undefined) {
    throw new Failure("check_failed", "no Python is named that could merge and convert", {
      hint: "set TUNEWRIGHT_PYTHON to one with peft and gguf",
    });
  }
  const [file = "", ...rest] = words;
  const script = file.includes("/") ? file : fileURLToPath(new URL(file, PYTHON_FILES));
  const env = { HF_HUB_OFFLINE: "1" };
  const { code, text } = await runProgram([executable, script, ...rest], { cwd: programmeDir, env });
  if (code === 0) return;
  throw new Failure("outside", `${file} ended with ${code}: ${lastLine(text)}`, {
    hint: `${executable} -m pip install peft gguf`,
  });
}

async function sizeOf(path: string): Promise<string> {
  return `${((await stat(path)).size / 1e6).toFixed(1)} MB`;
}

function lastLine(text: string): string {
  return (
    text
      .split("\n")
      .findLast((line) => line.trim() !== "")
      ?.slice(0, 300) ?? "it printed nothing"
  );
}
