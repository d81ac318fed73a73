import type { RunSpec } from "../../domain/run-spec.ts";
import type { SpeedFacts } from "../speed/step-run.ts";
import type { RowText } from "./row-text.ts";
import { isCompiled } from "./training-row-facts.ts";

/** Degrees of model parallelism of a measured row, named as in a run spec. */
type RowLayout = Pick<RunSpec, "tensorParallel" | "pipelineParallel" | "contextParallel" | "expertParallel">;

/** Parses `tp4_pp8_cp2_ep8`, `sequence_parallel8` and `train[TP,CP,EP,PP,VPP]=[2,1,16,4,n/a]`. */
export function rowLayout(text: RowText): RowLayout {
  const layout = text("parallelism")
    .toLowerCase()
    .replaceAll(/ \(\d+\)/g, "");
  const train = /^train\[tp,cp,ep,pp(?:,vpp)?\]=\[(\d+),(\d+),(\d+),(\d+)/.exec(layout);
  if (train) {
    const [tensor, context, expert, pipeline] = train.slice(1).map(Number) as [number, number, number, number];
    return { tensorParallel: tensor, pipelineParallel: pipeline, contextParallel: context, expertParallel: expert };
  }
  const degree = (name: string, where = layout): number =>
    Number(new RegExp(String.raw`(?:^|[^a-z])${name}[=: ]?(\d+)`).exec(where)?.[1] ?? 1);
  const experts = degree("ep");
  if (layout === "") return impliedLayout(text);
  return {
    tensorParallel: degree("tp"),
    pipelineParallel: degree("pp"),
    contextParallel: Math.max(degree("cp"), degree("sequence_parallel")),
    expertParallel: experts > 1 ? experts : impliedExperts(text, degree),
  };
}

/**
 * Expert parallelism that the kernels imply if the layout does not state it. DeepEP moves tokens between experts on
 * several GPUs; AutoModel's recipes with it spread the experts over all shards (ep_size 64 of 64 GPUs for GPT-OSS 120B,
 * 8 of 8 for 20B).
 */
function impliedExperts(text: RowText, degree: (name: string, where?: string) => number): number {
  const kernels = text("kernels").toLowerCase();
  const stated = degree("ep", kernels);
  return stated === 1 && kernels.includes("deepep") ? degree("fsdp") : stated;
}

/**
 * Layout that is implied if none is stated and there are more GPUs than sequences in the global batch. Each sequence is
 * then spread over several GPUs: over four by tensor parallelism if memory is tight, as in one-node recipes, and
 * otherwise by context parallelism.
 */
function impliedLayout(text: RowText): RowLayout {
  const perSequence = Number(text("n_gpus")) / Number(text("global_batch"));
  const split = Number.isInteger(perSequence) && perSequence > 1 ? perSequence : 1;
  // A GPU with space for twice the fp8 weights (MLPerf's on H200 and Blackwell) splits only the sequence.
  const isRoomy = Number(text("gpu_mem_gb")) > 2 * Number(text("params_b"));
  const tensor = isRoomy ? 1 : split % 4 === 0 ? 4 : split % 2 === 0 ? 2 : 1;
  return { tensorParallel: tensor, pipelineParallel: 1, contextParallel: split / tensor, expertParallel: 1 };
}

/** True if rows are padded to the longest of their batch. A series of recipes states this for its last step. */
export function isPaddedRow(text: RowText): boolean {
  return ["padded", "unpacked"].includes(text("packing")) || /packed=no/.test(text("extra_facts"));
}

/**
 * True if a log counts padding: torchtune's recipes counted all tokens of a batch.
 * @source torchtune recipes to 0.3, `batch["tokens"].numel()`
 */
function countsPadding(text: RowText): boolean {
  return text("stack") === "torchtune";
}

/** Speed facts of a row for which a run spec has no field. */
export function rowSpeedFacts(text: RowText): SpeedFacts {
  const facts: SpeedFacts = {};
  const kernels = text("kernels");
  if (/foak|fast-kernels|\bliger\b|transformer-engine/i.test(kernels) || isCompiled(text) || isXla(text))
    facts.compiled = true;
  if (isCompiled(text) || isXla(text)) facts.compiledLoss = true;
  if (/scattermoe|grouped/.test(kernels)) facts.experts = "grouped";
  // fms-acceleration's plugin includes the Triton kernels of AutoGPTQ.
  if (/accelerated-peft-autogptq/.test(kernels)) facts.fusedDequant = true;
  if (
    /\bflash[_ -]?attention[_ -]?[34]\b|\bFA-?[34]\b|\bcudnn[_ -](fused )?attention\b/i.test(
      `${kernels} ${text("extra_facts")}`,
    )
  )
    facts.newestAttention = true;
  if (/fp8.*rowwise|rowwise.*fp8/i.test(`${text("precision")} ${kernels}`)) facts.rowwiseScales = true;
  if (/balanced routing forced|\beven routing\b/.test(text("extra_facts"))) facts.balancedExperts = true;
  const stages = Number(/_vp(\d+)/.exec(text("parallelism"))?.[1] ?? 1);
  if (stages > 1) facts.virtualStages = stages;
  if (isPaddedRow(text) && countsPadding(text)) facts.countsPadding = true;
  const stated = meanTokens(text("extra_facts"));
  if (stated !== undefined) facts.rowTokens = stated;
  return facts;
}

/** True for libraries on JAX, whose `jit` compiles the whole step (XLA). */
function isXla(text: RowText): boolean {
  return /maxtext|\bjax\b|easydel|levanter/i.test(text("stack"));
}

/** Patterns of stated mean lengths; prompts and answers are added. */
const MEAN_TOKENS: readonly RegExp[] = [
  /avg generated\+prompt length ([\d,.]+)/,
  /prompts of ([\d,.]+) and answers of ([\d,.]+) tokens on average/,
  /(?:samples|rows|sequences|examples|pairs) of ([\d,.]+) tokens on average/,
  /about ([\d,.]+) (?:real )?tokens (?:a|per) (?:sample|row|sequence|example|pair)/,
];

/** Mean tokens of a row, prompt plus answer, if stated outside its columns. */
function meanTokens(said: string): number | undefined {
  const found = MEAN_TOKENS.map((pattern) => pattern.exec(said)).find((match) => match !== null);
  return found?.slice(1).reduce((sum, text) => sum + Number(text.replaceAll(",", "")), 0);
}

/**
 * PEFT adapters that are neither a low-rank product, nor a scale, nor a prefix. In each pass, they compute, rotate or
 * decompose matrices of the size of the weights, whose time and buffers no term covers.
 */
const OTHER_ADAPTERS =
  /peft_type=(BOFT|OFT|PSOFT|ADAMSS|FOURIERFT|WAVEFT|FROD|RANDLORA|LOHA|LOKR|HIRA|C3A|OSF|PEANUT|MISS; .*bat)\b/;

/** Reason why no quantity of a row can be estimated, because of its kind of adapter; otherwise undefined. */
export function adapterGap(text: RowText): string | undefined {
  const kind = OTHER_ADAPTERS.exec(text("extra_facts"))?.[1];
  return kind === undefined ? undefined : `adapters of the kind ${kind.split(";")[0]!} are not covered`;
}

/** Reason why the speed of a row cannot be estimated; otherwise undefined. */
export function speedGap(text: RowText): string | undefined {
  if (text("seq_len") === "" && !isPaddedRow(text)) return "sequence length not stated";
  if (text("micro_batch") === "" && text("global_batch") === "") return "neither micro-batch nor global batch stated";
  const isPair = ["dpo", "ipo", "orpo", "simpo", "kto"].includes(text("method"));
  const isUnpadded = text("packing") === "padding-free" || (isPair && text("packing") === "packed");
  if (isUnpadded && meanTokens(text("extra_facts")) === undefined)
    return "padding-free batches have rows of varying lengths, which are not stated";
  // Dynamic sampling generates until the answers of a batch have different rewards; the number of discarded answers is
  // not stated.
  if (/\bDAPO\b/.test(text("extra_facts"))) return "dynamic sampling (DAPO) is not covered";
  if (/device_map|pipeline/.test(text("parallelism"))) return "layers placed on several devices are not covered";
  if (/offload|zero\d-cpu/i.test(text("parallelism"))) return "offloading of weights to the CPU is not covered";
  return undefined;
}
