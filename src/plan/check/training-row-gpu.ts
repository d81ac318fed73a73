import { Failure } from "../../base/failure.ts";
import type { Gpu } from "../../domain/gpu.ts";
import type { RowText } from "./row-text.ts";

/** The GPU that a row names, with its memory if the GPU exists in several sizes, or the reason why there is none. */
export function gpuOfRow(text: RowText, findGpu: (name: string) => Gpu): Gpu | Failure {
  const [name, memory] = [text("gpu"), text("gpu_mem_gb")];
  let unknown = new Failure("not_found", "GPU not stated", { hint: "fill in the column gpu" });
  for (const text of name === "" ? [] : [`${name}-${memory}GB`, `${name} ${memory}GB`, name]) {
    try {
      return findGpu(text);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      unknown = error;
    }
  }
  return unknown;
}

/** The replacement GPU, with the memory that the row states. */
export function standInGpu(text: RowText): Gpu {
  const gib = Number(text("gpu_mem_gb"));
  return gib > 0 ? { ...STAND_IN_GPU, memoryGib: gib, usableGib: gib } : STAND_IN_GPU;
}

/** True for a replacement GPU. */
export function isStandIn(gpu: Gpu): boolean {
  return gpu.id === STAND_IN_GPU.id;
}

/** Replacement if a row names no GPU of the catalogue. Memory hardly depends on the GPU; speed is refused. */
const STAND_IN_GPU: Gpu = {
  id: "unstated",
  aliases: [],
  vendor: "NVIDIA",
  generation: "ampere",
  form: "unstated",
  memoryGib: 80,
  usableGib: 80,
  bandwidthTbPerSec: 1,
  l2Mib: null,
  bf16Tflops: null,
  bf16Native: true,
  fp8Tflops: null,
  fp4Tflops: null,
  measuredBf16Tflops: null,
  measuredFp8Tflops: null,
  linkGbPerSec: null,
  linkGpus: 8,
  nodeGpus: 8,
  networkGbPerSec: null,
  contextMib: null,
  consumer: false,
  source: { kind: "user", ref: "the row names no GPU" },
  measuredSource: null,
  machineSource: "the row names no GPU",
  usableSource: null,
};
