import { findGpu } from "../../../src/catalog/gpus.ts";
import { findModel } from "../../../src/catalog/models.ts";
import type { Refusal } from "../../../src/domain/estimate.ts";
import { replicaOf } from "../../../src/plan/serve/replica.ts";
import type { ServeRun } from "../../../src/plan/serve/serve-run.ts";
import { serveMemory, type ServeMemory } from "../../../src/plan/serve/serve-memory.ts";

/** A replica of Llama-3.1-8B in bf16 on one H100 under vLLM's V1 engine, with what a test changes of it. */
export function served({
  model = "meta-llama/Llama-3.1-8B",
  gpu = "H100-80GB-SXM",
  ...changes
}: Partial<Omit<ServeRun, "shape" | "gpu">> & { model?: string; gpu?: string } = {}): ServeRun {
  return {
    shape: findModel(model),
    gpu: findGpu(gpu),
    engine: "vllm",
    weights: "bf16",
    kv: "bf16",
    tensorParallel: 1,
    pipelineParallel: 1,
    expertParallel: 1,
    prefixHitShare: 0,
    adapters: { count: 0, rank: 0 },
    inputTokens: { mean: 1000, cv: 0 },
    outputTokens: { mean: 200, cv: 0 },
    ...changes,
  };
}

/** The fitting run; the test fails with the reason if none fits. */
export function accepted<T extends object>(value: T | Refusal): T {
  if ("refused" in value) throw new Error(value.refused);
  return value;
}

/** Memory of a run that fits. */
export function memoryOf(run: ServeRun): ServeMemory {
  return accepted(serveMemory(replicaOf(run)));
}
