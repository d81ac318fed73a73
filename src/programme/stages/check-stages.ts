import { existsSync } from "node:fs";
import { resolve } from "node:path";

import { Failure } from "../../base/failure.ts";
import { didYouMean } from "../../base/suggest.ts";
import type { TrainingFile } from "../../domain/training-job.ts";
import type { StageResult, TrainingStage } from "../../domain/training-stages.ts";
import { ENGINES } from "../../launch/engines/engines.ts";
import { executableOf } from "../training/preflight.ts";

/** Kinds of stages whose result a stage may use. */
const TAKES = { from: ["merge"], merge: ["train", "sweep"], gguf: ["merge"], export: undefined } as const;

/**
 * Checks that each stage takes the result of an earlier stage of a suitable kind, and that it has what it needs.
 *
 * @throws Failure bad_input
 */
export function checkReferences(path: string, stages: readonly TrainingStage[]): void {
  const seen = new Map<string, string>();
  for (const stage of stages) {
    if (seen.has(stage.name)) {
      throw new Failure("bad_input", `${path}: two stages are named ${stage.name}`, { hint: "rename one of them" });
    }
    for (const [key, wanted] of Object.entries(TAKES)) {
      const named = (stage as Record<string, unknown>)[key];
      if (typeof named !== "string") continue;
      const kind = seen.get(named);
      if (kind === undefined) {
        throw new Failure("bad_input", `${path}: ${stage.name} takes ${named}, which is not an earlier stage`, {
          hint: didYouMean(named, [...seen.keys()]) ?? "name a stage above it",
        });
      }
      if (wanted === undefined ? kind === "gate" : !(wanted as readonly string[]).includes(kind)) {
        throw new Failure("bad_input", `${path}: ${stage.name} cannot take ${named}, which is a ${kind} stage`, {
          hint: wanted === undefined ? "a gate has no result" : `name a ${wanted.join(" or ")} stage`,
        });
      }
    }
    if ("gguf" in stage && stage.base === undefined && stage.converter === undefined) {
      throw new Failure("bad_input", `${path}: stage ${stage.name} names neither base nor converter`, {
        hint: "add base: a GGUF file of the base model; or converter: convert_hf_to_gguf.py of llama.cpp",
      });
    }
    seen.set(stage.name, kindOf(stage));
  }
}

/**
 * Checks that no stage needs the weights of a model that its provider keeps, and that none gives a provider a model of
 * this machine.
 *
 * @throws Failure bad_input
 */
export function checkHosted(
  path: string,
  stages: readonly TrainingStage[],
  runs: ReadonlyMap<string, TrainingFile>,
): void {
  const isHosted = (name: string): boolean => {
    const run = runs.get(name);
    return run !== undefined && ENGINES[run.engine].isProvider === true;
  };
  for (const stage of stages) {
    const { name } = stage;
    if ("train" in stage && stage.from !== undefined && isHosted(name)) {
      throw new Failure(
        "bad_input",
        `${path}: ${name} cannot continue from ${stage.from}: its provider trains own models`,
        {
          hint: "remove from, or train with an engine that runs on your machines",
        },
      );
    }
    const taken = "merge" in stage ? stage.merge : "export" in stage ? stage.export : undefined;
    if (taken === undefined || !isHosted(taken)) continue;
    throw new Failure(
      "bad_input",
      `${path}: ${name} cannot ${"merge" in stage ? "merge" : "export"} ${taken}: its provider keeps the weights`,
      { hint: `remove ${name}, or train ${taken} with an engine that runs on your machines` },
    );
  }
}

/** Context in which the remaining stages are checked. */
export type StageNeeds = {
  programmeDir: string;
  python: string | undefined;
  stages: readonly TrainingStage[];
  /** Results so far, in the order of the stages. */
  done: readonly StageResult[];
};

/**
 * Checks, before the first stage starts, what would otherwise stop the plan after hours: files, destinations, the Python
 * that merges.
 *
 * @throws Failure not_found, bad_input, check_failed
 */
export function checkNeeds({ programmeDir, python, stages, done }: StageNeeds): void {
  for (const [index, stage] of stages.entries()) {
    if (done[index]?.state === "passed") continue;
    const { name } = stage;
    if (("merge" in stage || "gguf" in stage) && executableOf(python, programmeDir) === undefined) {
      throw new Failure("check_failed", `stage ${name} needs a Python that can merge and convert`, {
        hint: "set TUNEWRIGHT_PYTHON, or training.python in programme.yaml, to one with peft and gguf",
      });
    }
    // of a result that exists, the export compares the files
    const isMade =
      "export" in stage && done.some((result) => result.name === stage.export && result.state === "passed");
    if ("export" in stage && !isMade && existsSync(resolve(programmeDir, stage.to))) {
      throw new Failure("bad_input", `stage ${name}: ${stage.to} already exists`, {
        hint: "choose another path, or move it",
      });
    }
    if (!("gguf" in stage)) continue;
    const file = stage.converter ?? stage.base!;
    if (existsSync(resolve(programmeDir, file))) continue;
    throw new Failure("not_found", `stage ${name}: ${file} does not exist`, {
      hint: stage.converter === undefined ? "base: a GGUF file of the base model" : "converter: convert_hf_to_gguf.py",
    });
  }
}

/** Kind of a stage. */
export function kindOf(stage: TrainingStage): StageResult["kind"] {
  if ("train" in stage) return "train";
  if ("sweep" in stage) return "sweep";
  if ("gate" in stage) return "gate";
  if ("merge" in stage) return "merge";
  return "gguf" in stage ? "gguf" : "export";
}
