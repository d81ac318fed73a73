import { expect, test } from "vitest";

import { findGpu } from "../../../src/catalog/gpus.ts";
import { findModel } from "../../../src/catalog/models.ts";
import { RunSpec } from "../../../src/domain/run-spec.ts";
import { memoryPhysics } from "../../../src/plan/memory/memory.ts";

/** Bytes per parameter of weights, gradients and optimizer state on one of eight GPUs. */
function stateBytesPerParam(over: Record<string, unknown>): number {
  const shape = findModel("meta-llama/Llama-3.1-8B");
  const spec = RunSpec.parse({ model: shape.id, method: "full", gpuCount: 8, gpu: "H100", ...over });
  const physics = memoryPhysics({ shape, spec, gpu: findGpu("H100") });
  const state = physics.lines.filter(({ id }) => ["weights", "gradients", "optimizer"].includes(id));
  return state.reduce((sum, { bytes }) => sum + bytes, 0) / shape.paramCount;
}

// @source deepspeed.readthedocs.io/en/latest/memory.html: 2 B with the optimizer in host memory and 4 + 16 / n without under
// ZeRO-2 (its code: 2 + 18 / n); 18 / n and 2 / n under ZeRO-3, read 2026-08-22
test.each([
  [{ sharding: "zero2" }, 2 + 18 / 8],
  [{ sharding: "zero2", offload: "optimizer" }, 2],
  [{ sharding: "zero3" }, 18 / 8],
  [{ sharding: "zero3", offload: "optimizer" }, 2 / 8],
])("DeepSpeed's own estimate of state per parameter on eight GPUs: %j has %d B", (over, bytes) => {
  expect(stateBytesPerParam(over)).toBeCloseTo(bytes, 2);
});
