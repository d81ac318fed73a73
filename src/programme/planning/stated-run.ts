import { resolve } from "node:path";

import { isoDay } from "../../base/clock.ts";
import { flagWords } from "../../base/command-line.ts";
import type { Context } from "../../base/context.ts";
import { Failure } from "../../base/failure.ts";
import { assumptionsWith } from "../../catalog/assumptions.ts";
import { findGpu } from "../../catalog/gpus.ts";
import { resolveModel } from "../../catalog/resolve-model.ts";
import type { Gpu } from "../../domain/gpu.ts";
import type { ModelShape } from "../../domain/model-shape.ts";
import { OBJECTIVES } from "../../domain/objective.ts";
import type { RunPartsRequest, Stated, VolumeRequest } from "../../domain/run-request.ts";
import { RunSpec, type TrainVolume } from "../../domain/run-spec.ts";
import type { Calibration } from "../../plan/calibration/calibration.ts";
import { asComputedOn } from "../../plan/layout/gpu-notes.ts";
import { rolloutsOf } from "../../plan/layout/rollouts.ts";
import { readCalibration, readCalibrationFile } from "../calibration/calibration-file.ts";

/** A run with its model and GPU from the catalogue. */
export type StatedRun = {
  shape: ModelShape;
  spec: RunSpec;
  gpu: Gpu;
  calibration: Calibration;
  /** Fields of the model's configuration that were not understood. */
  notUnderstood: string[];
};

/**
 * Measurements that correct the estimates: those of the named file, otherwise of a folder's `calibration.json`.
 *
 * @throws Failure not_found, or bad_input if the file is not a calibration file
 */
export async function calibrationOf(cwd: string, named: string | undefined, dir: string): Promise<Calibration> {
  return named === undefined ? readCalibration(resolve(cwd, dir)) : readCalibrationFile(resolve(cwd, named), named);
}

/**
 * Model, GPU and spec of a request without a programme folder, looked up in the catalogue.
 *
 * @throws Failure bad_input without a model; not_found for an unknown model or GPU
 */
export async function statedRun(
  { cwd, now }: Pick<Context, "cwd" | "now">,
  { request, stated }: Stated<{ model?: string | undefined; calibration?: string | undefined }>,
): Promise<StatedRun> {
  if (request.model === undefined)
    throw new Failure("bad_input", "--model is required", { hint: "name a model, or give a programme folder" });
  const fields = Object.entries(request).filter(([field]) => field in RunSpec.shape);
  const asked = RunSpec.parse(Object.fromEntries(fields));
  const { shape, notUnderstood } = await resolveModel(asked.model, cwd, isoDay(now()));
  const gpu = findGpu(asked.gpu);
  const calibration = await calibrationOf(cwd, request.calibration, ".");
  // If bf16 is only the default, a GPU without it trains in fp16, and a warning says so.
  const { precision } = stated.has("precision") ? asked : asComputedOn(asked, gpu);
  return { shape, spec: { ...asked, precision, model: shape.id, gpu: gpu.id }, gpu, calibration, notUnderstood };
}

/** The parts of a volume that a request states. */
export function statedRunParts({
  evaluationRows,
  evaluations,
  checkpoints,
}: Partial<RunPartsRequest>): Partial<TrainVolume> {
  return {
    ...(evaluationRows === undefined ? {} : { evaluationRows }),
    ...(evaluations === undefined ? {} : { evaluations }),
    ...(checkpoints === undefined ? {} : { checkpoints }),
  };
}

/**
 * The volume of a request, including the samples of GRPO for that objective.
 *
 * @throws Failure bad_input without rows or mean tokens
 */
export function statedVolume(request: VolumeRequest, objective: RunSpec["objective"]): TrainVolume {
  const { rows, meanTokens, epochs, groupByLength } = request;
  if (rows === undefined || meanTokens === undefined)
    throw new Failure("bad_input", `${rows === undefined ? "--rows" : "--mean-tokens"} is required`, {
      hint: "state the training volume (--rows 14000 --mean-tokens 900), or give a programme folder",
    });
  const grouping = groupByLength === undefined ? {} : { isGroupedByLength: groupByLength };
  const volume = { rows, meanTokens, epochs, ...grouping, ...statedRunParts(request) };
  if (OBJECTIVES[objective].row !== "prompt") return volume;
  // PPO answers a prompt once: its group size is one.
  const sampled = objective === "ppo" ? { ...request, groupSize: request.groupSize ?? 1 } : request;
  return { ...volume, rollouts: rolloutsOf(sampled, assumptionsWith()) };
}

/** Warnings for stated fields that have no effect on a run, such as the format of a base that is not quantised. */
export function unusedFields(spec: RunSpec, { request, stated }: Stated<Readonly<Record<string, unknown>>>): string[] {
  const { hasReference, row } = OBJECTIVES[spec.objective];
  const fields: readonly [string, boolean, string][] = [
    ["quantisation", spec.method !== "qlora", `method ${spec.method} has no quantised base`],
    ["experts", spec.method !== "qlora", `method ${spec.method} has no quantised base`],
    ["reference", !hasReference, `objective ${spec.objective} has no reference`],
    ["rolloutEngine", row !== "prompt", `objective ${spec.objective} samples nothing`],
    ["rolloutMemoryShare", row !== "prompt", `objective ${spec.objective} samples nothing`],
  ];
  return fields
    .filter(([field, isUnused]) => isUnused && stated.has(field))
    .map(([field, , why]) => `warning: ${flagWords(request, [field]).join(" ")} is not used: ${why}`);
}
