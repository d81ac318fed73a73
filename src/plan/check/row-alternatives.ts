import { OBJECTIVES } from "../../domain/objective.ts";
import { isFull, type RunSpec } from "../../domain/run-spec.ts";
import { STACKS } from "../../domain/stack.ts";
import { type FactOverrides, quantisesExperts } from "../memory/memory-facts.ts";
import { isBitsandbytes, LIGER_LOGIT_BYTES, LOGIT_BYTES } from "../memory/memory-formats.ts";
import type { SpeedRun } from "../speed/throughput.ts";
import type { RowText } from "./row-text.ts";
import { isCap, isCompiled, longestRowTokens } from "./training-row-facts.ts";

/** One fact of a run that may have been different. */
type Alternative = { spec?: Partial<RunSpec>; facts?: FactOverrides };

/**
 * Variants of a run that its row does not exclude: each unstated fact that affects memory, with its other value. The
 * range of an estimate covers all variants; its median is that of the usual case.
 */
export function rowAlternatives(text: RowText, run: SpeedRun): SpeedRun[] {
  const others: Alternative[] = [
    ...unsaidCheckpoints(text, run.spec),
    ...unsaidLengths(text, run.spec),
    ...unsaidLoss(text, run),
    ...unsaidPrecision(text, run),
    ...unsaidAttention(text, run),
    ...unsaidReduction(text, run),
    ...unsaidExperts(text, run),
  ];
  return others.map(({ spec, facts }) => ({
    ...run,
    spec: { ...run.spec, ...spec },
    facts: { ...run.facts, ...facts },
  }));
}

/** True if a row does not mention checkpointing. */
export function isUnsaid(checkpointing: string): boolean {
  return checkpointing === "" || checkpointing === "unknown";
}

function unsaidCheckpoints(text: RowText, spec: RunSpec): Alternative[] {
  const isOpen =
    isUnsaid(text("grad_ckpt").toLowerCase()) && spec.stack !== "nemo" && spec.checkpointing !== "selective";
  return isOpen ? [{ spec: { checkpointing: spec.checkpointing === "none" ? "full" : "none" } }] : [];
}

/** Longest padded row of a run with short rows. An assumption: at least twice the usual mean of instruction data. */
const SHORT_ROW_TOKENS = 512;

/** Mean length of the rows, if stated: `samples of 2,823 tokens on average`. */
function statedMeanTokens(text: RowText): number | undefined {
  const said = /\b(?:samples|rows|sequences) of ([\d,]+) tokens on average\b/.exec(text("extra_facts"))?.[1];
  const mean = Number(said?.replaceAll(",", ""));
  return mean >= 1 ? Math.round(mean) : undefined;
}

/**
 * The variant with short rows, of the mean length if one is stated. It applies if the stated length is a maximum or the
 * longest row of a data set, or if packing is stated to be off and the length is a script's.
 */
function unsaidLengths(text: RowText, spec: RunSpec): Alternative[] {
  // A short run may never sample the longest row of its data set.
  const isLongest = text("seq_len") === "" && longestRowTokens(text) !== undefined;
  const isOpen = (isCap(text) && !spec.packing) || isLongest || /(?<!_)packing=false/.test(text("extra_facts"));
  const short = statedMeanTokens(text) ?? SHORT_ROW_TOKENS;
  return isOpen && spec.sequenceTokens > short ? [{ spec: { sequenceTokens: short } }] : [];
}

/**
 * Bytes per logit of a training loop with its own loss and no upcast: two-byte logits, their shifted copy, its
 * log-softmax and the gradient.
 */
const OWN_LOSS_BYTES = 8;

/**
 * Bytes per logit if a Triton kernel writes the gradient in place: Unsloth until the end of 2024. @source unsloth
 * `fast_cross_entropy_loss`
 */
const IN_PLACE_BYTES = 2;

/**
 * Variants of the loss, which differs by library and year. Scripts and unknown libraries may or may not upcast logits.
 * Liger's kernels also include a loss that keeps all logits in memory. Unsloth kept them in memory until its chunked
 * loss. torchtitan compiles its loss only on request. Preference losses of scripts may be TRL's, which use two-byte
 * logits.
 *
 * @source liger `LigerCrossEntropyLoss` next to `LigerFusedLinearCrossEntropyLoss`; torchtitan `compile.components`
 */
function unsaidLoss(text: RowText, { spec, facts, isOfUnknownStack }: SpeedRun): Alternative[] {
  const { row, isScalarHead } = OBJECTIVES[spec.objective];
  const isScript = isOfUnknownStack || text("stack") === "hf-script";
  if (isScalarHead || row === "prompt") return [];
  if (spec.stack === "unsloth" && facts?.logitBytes === undefined) return [{ facts: { logitBytes: IN_PLACE_BYTES } }];
  if (spec.stack === "torchtitan" && isCompiled(text) && spec.lossPath === "unfused")
    return [{ facts: { logitBytes: 14 } }];
  // With weighted tokens, ms-swift uses its own loss, which needs all logits; it has no Liger loss for models that
  // Liger does not support.
  const mayWeigh = spec.stack === "ms-swift" && /liger/.test(text("kernels"));
  if (spec.lossPath === "chunked" && mayWeigh) return [{ spec: { lossPath: "unfused" } }];
  if (spec.lossPath === "chunked")
    return isOfUnknownStack ? [{ spec: { lossPath: "fused" }, facts: { logitBytes: LIGER_LOGIT_BYTES } }] : [];
  if (!isScript || spec.lossPath !== "unfused") return [];
  if (row === "pair") return [{ facts: { logitBytes: LOGIT_BYTES.dpo.unfused } }];
  return facts?.logitBytes === undefined ? [{ facts: { logitBytes: OWN_LOSS_BYTES } }] : [];
}

/**
 * The fused kernel that other software may have, if scores are assumed to be stored because the GPU has no flash
 * kernels.
 */
function unsaidAttention(text: RowText, { facts }: SpeedRun): Alternative[] {
  return facts?.eagerAttention === true && text("attention") !== "eager" ? [{ facts: { eagerAttention: false } }] : [];
}

/**
 * Megatron's gradients in fp32, the default of its mixed precision; recipes made for speed turn it off.
 * @source megatron-bridge `bf16_mixed` (`grad_reduce_in_fp32=True`) and its performance recipes
 */
function unsaidReduction(text: RowText, { spec, facts }: SpeedRun): Alternative[] {
  const isOpen = spec.stack === "nemo" && isFull(spec) && facts?.gradientBytes === undefined;
  return isOpen && !/reduced in bf16/.test(text("extra_facts")) ? [{ facts: { gradientBytes: 4 } }] : [];
}

/**
 * Experts in two bytes, if later releases of the library quantise them. Also experts as 4-bit linear layers, as
 * Transformers had them before its fifth release, unless the row states a later release.
 * @source transformers 5 `MixtralExperts`: one parameter of all experts, which bitsandbytes' `Linear4bit` does not
 *   replace
 */
function unsaidExperts(text: RowText, { shape, spec, facts }: SpeedRun): Alternative[] {
  if (shape.experts === null || !isBitsandbytes(spec)) return [];
  if (quantisesExperts(spec)) return [{ spec: { experts: "two-bytes" } }];
  const isKnown = facts?.expertsInLoop === true || facts?.era === "2024" || spec.experts !== "auto";
  const isLater = /\btransformers[ =@v]*[5-9]\b/i.test(text("extra_facts"));
  return isKnown || isLater || !STACKS[spec.stack].onTransformers ? [] : [{ facts: { expertsInLoop: true } }];
}

/**
 * Norms in fp32, as PEFT's preparation for 4- and 8-bit training sets them; and bf16 throughout instead of an fp32
 * master copy under FSDP.
 */
function unsaidPrecision(text: RowText, { spec, facts, isOfUnknownStack }: SpeedRun): Alternative[] {
  const prepares = facts?.preparesKbit ?? facts?.era === "2024";
  const mayPrepare = isBitsandbytes(spec) && STACKS[spec.stack].castsNorms === "once" && facts?.era !== "2024";
  const mayBeHalf = isOfUnknownStack && isFull(spec) && spec.precision === "bf16" && spec.sharding === "fsdp";
  const half = {
    linearWeightBytes: 2,
    otherWeightBytes: 2,
    gradientBytes: 2,
    optimizerBytes: 4,
    optimizerTempBytes: 0,
  };
  return [
    ...(mayPrepare && (isOfUnknownStack || !prepares) ? [{ facts: { preparesKbit: !prepares } }] : []),
    ...(mayBeHalf && /adam/i.test(text("optimizer")) ? [{ facts: half }] : []),
  ];
}
