import { join } from "node:path";

import { Failure } from "../../base/failure.ts";
import { readText } from "../../base/read-text.ts";
import { findGpu } from "../../catalog/gpus.ts";
import { shapeFromConfig } from "../../catalog/model-config.ts";
import { isRefusal } from "../../domain/estimate.ts";
import type { PreflightCheck, TrainingFile } from "../../domain/training-job.ts";
import { trainMemory } from "../../plan/memory/memory.ts";
import { readCalibration } from "../calibration/calibration-file.ts";
import { asRunSpec } from "./as-run-spec.ts";

const VERDICTS = {
  yes: "fits",
  tight: "the high estimate does not fit; the run may need a smaller micro-batch",
  no: "likely does not fit; the run may need a smaller micro-batch",
  unknown: "not estimated",
} as const;

/**
 * The estimated peak memory compared with the memory of the GPU. A run is refused if even the low end of the estimate
 * does not fit. If only the high end does not fit, the check says so, and out-of-memory errors are answered with
 * smaller micro-batches. Empty for a run on a CPU, and if the file names no GPU.
 */
export async function checkMemory(
  spec: TrainingFile,
  { modelDir, programmeDir }: { modelDir: string; programmeDir: string },
): Promise<PreflightCheck[]> {
  if (spec.engine === "openai" || spec.device === "cpu" || spec.gpu === undefined) return [];
  if (spec.method === "grpo") return [unknown("there are no measurements for answers that the trainer samples itself")];
  try {
    const gpu = findGpu(spec.gpu);
    const config: unknown = JSON.parse(await readText(join(modelDir, "config.json")));
    // the day dates the facts of a shape, which are not shown
    const { shape } = shapeFromConfig(config, spec.model, "1970-01-01");
    const plan = trainMemory({
      shape,
      spec: asRunSpec(spec, spec.engine),
      gpu,
      calibration: await readCalibration(programmeDir),
    });
    if (isRefusal(plan.device)) return [unknown(plan.device.refused)];
    const { p10, p50, p90 } = plan.device;
    const gib = (value: number): string => value.toFixed(1);
    const figures = `p50 ${gib(p50)}, p90 ${gib(p90)} of ${gib(gpu.usableGib)} GiB of one ${gpu.id}`;
    if (p10 > gpu.usableGib) {
      const fix = "lower batchSequences or sequenceTokens, or take a larger GPU";
      return [
        {
          check: "memory",
          ok: false,
          detail: `${figures}: even the low estimate of ${gib(p10)} GiB does not fit`,
          fix,
        },
      ];
    }
    return [{ check: "memory", ok: true, detail: `${figures}: ${VERDICTS[plan.fits]}`, fix: null }];
  } catch (error) {
    if (!(error instanceof Failure || error instanceof SyntaxError)) throw error;
    return [unknown(error.message)];
  }
}

function unknown(reason: string): PreflightCheck {
  return { check: "memory", ok: true, detail: `not estimated: ${reason}`, fix: null };
}
