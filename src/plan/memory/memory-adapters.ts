import { formatCount } from "../../base/units.ts";
import type { Instant, MemoryLine } from "../../domain/memory-plan.ts";
import { OBJECTIVES } from "../../domain/objective.ts";
import { expertAdapterParamCount } from "../layout/model-parts.ts";
import { isPaged, optimizerStateBytes, withMasterBytes } from "./memory-formats.ts";
import { ALWAYS, isSplit, line, type Rank } from "./memory-line.ts";

/**
 * The adapters of one GPU with their gradients and optimizer state, and fully trained embeddings. Megatron adapts every
 * expert, reduces the adapters' gradients like those of other weights, and keeps fp32 masters distributed over the
 * replicas.
 * @source training-model.md §1.2
 */
export function adapterLines(rank: Rank): MemoryLine[] {
  const { spec, facts, layout, engine } = rank;
  const isMegatron = engine === "megatron";
  const w = facts.adapterWeightBytes;
  const g = isMegatron ? facts.gradientBytes : w;
  const isOnHost = spec.offload === "optimizer" || spec.offload === "parameters";
  const state = adapterStateBytes(rank);
  const weights = w + (facts.referenceAdapter ? w : 0);
  const temporary = spec.optimizer === "adamw" && !isMegatron ? w : 0;
  const gradientInstants: Instant[] = spec.gradAccum > 1 || isMegatron ? ALWAYS : ["optimizer"];
  const P = heldAdapters(rank);
  const term = (about: [string, string], bytes: number, part: Parameters<typeof isSplit>[1]): MemoryLine => {
    const parts = isSplit(rank, part) ? layout.replicas : 1;
    const over = parts > 1 ? ` / ${parts}` : "";
    return line(...about, (bytes * P) / parts, `${bytes} B × ${formatCount(P)}${over}`, ALWAYS);
  };
  return [
    term(["adapters", "adapters"], weights, "weights"),
    {
      ...term(["adapter-state", "optimizer state of the adapters"], isOnHost ? 0 : state, "optimizer"),
      kind: isPaged(spec.optimizer) ? "device" : "allocated",
    },
    { ...term(["adapter-gradients", "gradients of the adapters"], g, "gradients"), instants: gradientInstants },
    {
      ...term(["adapter-temp", "optimizer temporaries of the adapters"], temporary, "optimizer"),
      instants: ["optimizer"],
    },
    ...trainedEmbeddingLines(rank),
  ];
}

/** The properties of a run that its adapters depend on. */
type Adapted = Pick<Rank, "shape" | "spec" | "facts" | "engine">;

/** Bytes of optimizer state per parameter of an adapter. */
export function adapterStateBytes({ spec, facts, engine }: Adapted): number {
  if (engine === "megatron") return withMasterBytes(spec.optimizer);
  return optimizerStateBytes(spec.optimizer, facts.adapterWeightBytes);
}

/** Parameters of all adapters, and of those on routed experts. */
export function adapterParams({ shape, spec, facts, engine }: Adapted): { dense: number; experts: number } {
  return { dense: facts.adapterParams, experts: engine === "megatron" ? expertAdapterParamCount(shape, spec) : 0 };
}

/** Number of adapter parameters on one GPU, including a critic's. */
function heldAdapters(rank: Rank): number {
  const { spec, layout } = rank;
  const { dense, experts } = adapterParams(rank);
  const held = dense / (layout.tensor * layout.pipeline) + experts / (layout.expert * layout.pipeline);
  return held * (OBJECTIVES[spec.objective].hasCritic ? 2 : 1);
}

/**
 * Trained copies of both embeddings. PEFT keeps the frozen ones in addition; all are in two bytes.
 * @source peft `ModulesToSaveWrapper`; Qwen's finetuning table, which shows 12 additional bytes per parameter of the
 *   embeddings
 */
function trainedEmbeddingLines({ shape, spec, facts, layout }: Rank): MemoryLine[] {
  if (!facts.trainedEmbeddings) return [];
  const E = (2 * shape.vocab * shape.hidden) / layout.tensor;
  const kept = 4 + optimizerStateBytes(spec.optimizer, 2);
  return [
    line("embeddings", "trained embeddings, gradients and state", kept * E, `${kept} B × ${formatCount(E)}`, ALWAYS),
    line("embeddings-temp", "optimizer temporaries of embeddings", 2 * E, `2 B × ${formatCount(E)}`, ["optimizer"]),
  ];
}
