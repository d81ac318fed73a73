import { formatCount, formatNumber } from "../../base/units.ts";
import type { MemoryLine } from "../../domain/memory-plan.ts";
import type { ModelShape } from "../../domain/model-shape.ts";
import { rankParams } from "../layout/layout.ts";
import { activeMlpWidth, expertLayers, fusedExpertWidths, hasGate } from "../layout/model-parts.ts";
import { isBitsandbytes } from "./memory-formats.ts";
import { ALWAYS, isSplit, line, type Rank } from "./memory-line.ts";

/**
 * Load of the fullest expert of a layer relative to the mean. Routers are trained for balance, but a batch is never
 * exactly balanced.
 */
const FULLEST_EXPERT = 2;

/**
 * Bytes per token of the MLP of one layer in its backward. Dense: the tensors kept by the forward, plus the gradients.
 * Experts in one grouped product: in addition, each expert's output, a copy of its token if experts are trained, and
 * the gradients of three such tensors if those outweigh the MLP's own. Experts one after another: the kept tensors of
 * all experts, but the gradients of one at a time; and for each expert a copy of its tokens and its output before
 * weighting.
 *
 * @param keepsProduct the down projection is trained, so its input is kept too
 * @param keepsAnswers the routing weight multiplies each expert's output, which is kept for it
 * @source transformers' Mixtral block of 2024 (a loop over experts, index_add of the weighted outputs); transformers
 *   5.24 `grouped_mm_experts_forward`: outputs are permuted back, weighted and summed, and each step has its own
 *   gradient
 * @accuracy Mixtral in fms-acceleration: 12 runs that were 3 to 11 % too high when treated as dense MLPs are within 4 %
 */
export function mlpWorkingBytes(
  shape: ModelShape,
  { inLoop, keepsProduct, keepsAnswers }: { inLoop: boolean; keepsProduct: boolean; keepsAnswers: boolean },
): number {
  const { experts, hidden } = shape;
  const width = activeMlpWidth(shape);
  const perMlp = hasGate(shape) ? 6 : 4;
  if (!experts) return 2 * perMlp * width;
  if (!inLoop) {
    const copies = experts.active * hidden;
    const own = perMlp - (keepsProduct ? 2 : perMlp / 2);
    return (
      2 *
      ((perMlp - own) * width +
        ((keepsProduct ? 1 : 0) + (keepsAnswers ? 1 : 0)) * copies +
        Math.max(own * width, 3 * copies))
    );
  }
  const kept = perMlp / 2 + (keepsProduct ? 1 : 0);
  const routed = experts.active * experts.mlp;
  const gradients = (perMlp / 2) * (experts.sharedMlp + routed * Math.min(1, FULLEST_EXPERT / experts.total));
  return 2 * (kept * width + gradients + 2 * experts.active * hidden);
}

/**
 * Copies of the fused experts with their adapter merged in, which grouped products keep for their backward: those of
 * one layer under checkpointing, otherwise those of all layers. In addition, the adapter in two bytes and, during a
 * layer's backward, the gradient of the larger tensor.
 *
 * @source peft 0.21 `_LoraFactorsProxy` (`W + s·B·A` in one product); Qwen3-30B-A3B without checkpoints traced: 54 GiB
 */
export function mergedExpertLines(rank: Rank): MemoryLine[] {
  const { shape, spec, facts, layers } = rank;
  if (!facts.adaptsExperts) return [];
  const { up, down } = fusedExpertWidths(shape);
  const factors = facts.adapterParams / expertLayers(shape);
  const isRecomputed = spec.checkpointing === "full" || spec.offload === "activations";
  const times = isRecomputed ? 1 : Math.min(layers, expertLayers(shape));
  const counts = `(${formatCount(up + down)} + ${formatCount(factors)} of adapters)`;
  return [
    line(
      "merged-experts",
      "experts with their adapters merged in",
      2 * (up + down + factors) * times,
      `2 B × ${counts}${times > 1 ? ` × ${times} layers` : ""}`,
      isRecomputed ? ["layer"] : ["loss", "layer"],
    ),
    line("expert-gradient", "gradient of merged experts", 2 * up, `2 B × ${formatCount(up)}`, ["layer"]),
  ];
}

/**
 * Bytes of experts beyond the format of a bitsandbytes base. Fused into one tensor, they are not linear layers and stay
 * in two bytes unless the library quantises them itself. Checkpoints in GPTQ or AWQ have quantised experts, as did
 * loops over linear layers.
 *
 * @source a 26B mixture of experts loaded 46.4 GiB as "4-bit" (Unsloth notebook); Kimi-Linear-48B with `load_in_8bit`
 *   needs 98.7 GiB (axolotl's example), of which its weights in two bytes would be 91
 */
export function unquantisedExpertsLine(rank: Rank): MemoryLine {
  const { shape, spec, facts, layout } = rank;
  const skips = isBitsandbytes(spec);
  const params = skips && !facts.expertsInLoop && !facts.quantisedExperts ? rankParams(shape, layout).experts : 0;
  const parts = isSplit(rank, "weights") ? layout.expertReplicas : 1;
  const beyond = Math.max(0, 2 - facts.linearWeightBytes);
  const over = parts > 1 ? ` / ${parts}` : "";
  return line(
    "unquantised-experts",
    "experts that are not quantised",
    (beyond * params) / parts,
    `${formatNumber(beyond, 4)} B more × ${formatCount(params)}${over}`,
    ALWAYS,
  );
}
