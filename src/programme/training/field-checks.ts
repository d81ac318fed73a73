import { Failure } from "../../base/failure.ts";
import { counted } from "../../base/words.ts";
import { findGpu } from "../../catalog/gpus.ts";
import type { PreflightCheck, TrainingFile } from "../../domain/training-job.ts";
import type { TrainingTarget } from "../../domain/training-target.ts";

/** Methods with a strength of the pull towards the base model. */
const WITH_BETA: ReadonlySet<TrainingFile["method"]> = new Set(["dpo", "kto", "orpo", "grpo"]);

/**
 * Stated fields that the library or the method of a run does not use, so that none is ignored silently. Empty if all are
 * used.
 */
export function checkFields(spec: TrainingFile): PreflightCheck[] {
  const { engine, method, device, gpuCount } = spec;
  const reasons: [field: keyof TrainingFile, why: string | false][] = [
    ["template", engine !== "llama-factory" && `${engine} takes the chat template of the model`],
    ["beta", !WITH_BETA.has(method) && `the method ${method} has none`],
    ["rewardFile", method !== "grpo" && `the method ${method} has no reward functions`],
    ["evalSteps", spec.evaluation === undefined && "no evaluation is stated"],
    ["gpuCount", device === "cpu" && gpuCount > 1 && "a run on a CPU uses no GPU"],
  ];
  return reasons.flatMap(([field, why]) =>
    why === false || spec[field] === undefined
      ? []
      : [{ check: "fields", ok: false, detail: `${field} would be ignored: ${why}`, fix: `remove ${field}` }],
  );
}

/**
 * Whether the card of a run has bf16, in which every library trains on a GPU. Empty if it has, if the catalogue does not
 * know the card, and on a CPU.
 */
export function checkPrecision({ engine, device, gpu: name }: TrainingFile): PreflightCheck[] {
  if (engine === "openai" || device === "cpu" || name === undefined) return [];
  try {
    const gpu = findGpu(name);
    if (gpu.bf16Native) return [];
    const detail = `${gpu.id} has no bf16`;
    // torch emulates it, but the other libraries and vLLM refuse the card
    if (engine === "trl") {
      return [{ check: "precision", ok: true, detail: `${detail}: torch emulates it, which is slow`, fix: null }];
    }
    const fix = "choose a GPU of NVIDIA's Ampere generation or newer, or engine trl";
    return [{ check: "precision", ok: false, detail: `${detail}, which ${engine} requires`, fix }];
  } catch (error) {
    if (error instanceof Failure) return []; // the check of the memory says that the card is unknown
    throw error;
  }
}

/**
 * Whether a target that states its GPUs states as many as the run needs: with fewer, the trainer would end on a machine
 * that is paid for. Empty if it states none.
 */
export function checkTargetGpus(
  { device, gpuCount }: Pick<TrainingFile, "device" | "gpuCount">,
  target: TrainingTarget,
): PreflightCheck[] {
  const stated = device === "cpu" ? undefined : statedGpus(target);
  if (stated === undefined || stated >= gpuCount) return [];
  const detail = `the target gives ${counted(stated, "GPU")}; gpuCount is ${gpuCount}`;
  return [{ check: "gpus", ok: false, detail, fix: "lower gpuCount, or state more GPUs in targets.yaml" }];
}

/** @source sbatch(1): `gpu[:type][:count]`; SkyPilot: `accelerators` as `NAME[:count]` or `{ NAME: count }` */
function statedGpus(target: TrainingTarget): number | undefined {
  if (target.scheduler === "slurm") {
    const found = /^gpu(?::[A-Za-z][\w.-]*)?(?::(\d+))?$/.exec(target.gres ?? "");
    return found === null ? undefined : Number(found[1] ?? 1);
  }
  if (target.scheduler !== "skypilot") return undefined;
  const { accelerators } = target.resources;
  if (typeof accelerators === "string") {
    const found = /^[^:,]+(?::(\d+))?$/.exec(accelerators);
    return found === null ? undefined : Number(found[1] ?? 1);
  }
  const counts = accelerators === null || typeof accelerators !== "object" ? [] : Object.values(accelerators);
  return counts.length === 1 && typeof counts[0] === "number" ? counts[0] : undefined;
}
