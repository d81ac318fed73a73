import { formatCount } from "../../base/units.ts";
import type { MemoryLine } from "../../domain/memory-plan.ts";
import { mlpWorkingBytes } from "./memory-experts.ts";
import { keptLines } from "./memory-kept.ts";
import { adaptedLayers, line, type Terms, tokensPerMicroStep, whole } from "./memory-line.ts";
import { adaptedLinears, keyWidth } from "../model-parts.ts";

/** Activations of one micro-step: checkpoints and the working set of a layer, or all of them where none is recomputed. */
export function activationLines(terms: Terms): MemoryLine[] {
  const isOffloaded = terms.spec.offload === "activations";
  return terms.spec.checkpointing === "full" || isOffloaded
    ? checkpointLines(terms)
    : [...keptLines(terms), dequantisedLine(terms), doraLine(terms)];
}

/**
 * What the input of each layer takes, and one layer's tensors while its backward runs: in two bytes five of the hidden
 * width, keys and values and their gradients, and the MLP's; where norms are no fused kernels four bytes more of the
 * hidden width, twelve where their scales are trained.
 *
 * @source training-model.md §1.4: fms-acceleration's runs with fused kernels; traced steps of Llama-3.1-8B without them
 *   (16,384 tokens, torch 2.13, transformers 5.24, peft 0.21): 4.36 GB full, 4.91 and 6.59 GB with adapters on attention
 *   and on all linear layers
 */
function checkpointLines(terms: Terms): MemoryLine[] {
  const { shape, spec, facts } = terms;
  const T = tokensPerMicroStep(spec, facts);
  const [h, L, kv] = [shape.hidden, shape.layers, keyWidth(shape)];
  const mlp = mlpWorkingBytes(shape, { inLoop: facts.expertsInLoop, keepsProduct: facts.trainsBase });
  const inputs =
    facts.adapterParams > 0 && facts.adapterInputCopies
      ? adaptedLayers(terms).reduce((sum, { inWidth }) => sum + inWidth, 0)
      : 0;
  const norms = facts.fusedKernels ? 0 : facts.trainsBase ? 12 : 4;
  const working = T * ((10 + norms) * h + 4 * kv + mlp + 4 * inputs);
  const adapterInputs = inputs > 0 ? ` + 4 × ${whole(inputs)} adapter inputs` : "";
  return [
    line(
      "checkpoints",
      "activation checkpoints",
      (facts.residualBytes * h * L * T) / facts.stages,
      `${facts.residualBytes} B × ${h} hidden × ${L} layers × ${whole(T)} tokens`,
      ["loss", "layer"],
    ),
    fsdpHeldLine(terms),
    line(
      "layer",
      "working set of one layer",
      working,
      `${whole(T)} tokens × [${10 + norms} × ${h} + 4 × ${kv} + ${whole(mlp)} of the MLP${adapterInputs}] B`,
      ["layer"],
    ),
    scoresLine(terms),
    dequantisedLine(terms),
    doraLine(terms),
  ];
}

/**
 * What FSDP keeps of each layer until the backward has passed all of them, where the layer's weights are frozen: its
 * hooks wait for the gradients of the layer's inputs.
 *
 * @source fms-acceleration, LoRA and QLoRA on 2 and 4 GPUs: runs bound by the loss grow by 2·h·L bytes per token beside
 *   their logits (Llama-3-8B, SantaCoder), those bound by a layer by 4·h·L (Mistral-7B; fsdp_qlora too)
 */
function fsdpHeldLine({ shape, spec, facts }: Terms): MemoryLine {
  const T = tokensPerMicroStep(spec, facts);
  const held = facts.sharding === "fsdp" && !facts.trainsBase ? 2 * shape.hidden * shape.layers * T : 0;
  return line(
    "held",
    "layer inputs held by FSDP's hooks",
    held,
    `2 B × ${shape.hidden} hidden × ${shape.layers} layers × ${whole(T)} tokens`,
    ["layer"],
  );
}

/**
 * The largest matrix of a layer in two bytes, which the backward through a quantised layer makes of it.
 * @source bitsandbytes `MatMul4Bit.backward`, seen in AgileRL's allocator trace (76 MiB at 0.5B)
 */
function dequantisedLine({ shape, spec }: Terms): MemoryLine {
  const largest = Math.max(...adaptedLinears(shape, "all-linear").map(({ inWidth, outWidth }) => inWidth * outWidth));
  return line(
    "dequantised",
    "dequantised matrix",
    spec.method === "qlora" ? 2 * largest : 0,
    `2 B × ${formatCount(largest)}`,
    ["layer"],
  );
}

/**
 * The merged weight of one adapted matrix and its norm, which DoRA makes anew in each forward.
 * @source Liu et al. 2024, arXiv:2402.09353, eq. 5: the column norms of W + BA; PEFT materialises W + BA for it
 */
function doraLine(terms: Terms): MemoryLine {
  const sizes = adaptedLayers(terms).map(({ inWidth, outWidth }) => inWidth * outWidth);
  const largest = Math.max(...sizes);
  return line(
    "dora",
    "merged weight for DoRA's norm",
    terms.spec.method === "dora" ? 4 * largest : 0,
    `4 B × ${formatCount(largest)}`,
    ["layer"],
  );
}

/** Attention scores of one layer, where attention stores them. @source training-model.md §1.5, AgileRL: 3 × rows × heads × s² × 2 B */
function scoresLine({ shape, spec, facts }: Terms): MemoryLine {
  const rows = spec.batchSequences * facts.rowsPerSequence;
  const bytes = facts.eagerAttention ? 3 * rows * shape.heads * spec.sequenceTokens ** 2 * 2 : 0;
  return line(
    "scores",
    "attention scores",
    bytes,
    `3 × ${rows} × ${shape.heads} heads × ${spec.sequenceTokens}² × 2 B`,
    ["layer"],
  );
}
