import type { RunSpec } from "../../domain/run-spec.ts";
import type { SpeedFacts } from "../speed/step-run.ts";
import type { RowText } from "./training-row-facts.ts";

/** Degrees of model parallelism of a measured row, as a run spec names them. */
type RowLayout = Pick<RunSpec, "tensorParallel" | "pipelineParallel" | "contextParallel" | "expertParallel">;

/** Reads `tp4_pp8_cp2_ep8`, `sequence_parallel8` and `train[TP,CP,EP,PP,VPP]=[2,1,16,4,n/a]`. */
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
    Number(new RegExp(String.raw`(?:^|[^a-z])${name}(\d+)`).exec(where)?.[1] ?? 1);
  const experts = degree("ep");
  return {
    tensorParallel: degree("tp"),
    pipelineParallel: degree("pp"),
    contextParallel: Math.max(degree("cp"), degree("sequence_parallel"), sequenceGroup(text)),
    expertParallel: experts > 1 ? experts : degree("ep", text("kernels").toLowerCase()),
  };
}

/**
 * GPUs per sequence of a NeMo run that states no layout: its GPUs over the sequences of a step. Published LoRA runs split
 * sequences and not matrices.
 */
function sequenceGroup(text: RowText): number {
  const [gpus, micro, accumulated, global] = ["n_gpus", "micro_batch", "grad_accum", "global_batch"].map((column) =>
    Number(text(column)),
  ) as [number, number, number, number];
  if (text("stack") !== "nemo" || text("parallelism") !== "" || global === 0 || accumulated === 0) return 1;
  return Math.max(1, Math.round((gpus * micro * accumulated) / global));
}

/** True where rows are padded to the longest of their batch; a ladder of recipes says so beside its last state. */
export function isPaddedRow(text: RowText): boolean {
  return ["padded", "unpacked"].includes(text("packing")) || /packed=no/.test(text("extra_facts"));
}

/** Mean tokens of a row of data sets that published runs trained on; the same count for every tokenizer of today. */
const DATA_SET_TOKENS: readonly [RegExp, number][] = [
  [/alpaca/i, 110],
  [/metamath/i, 210],
];

/** Facts of a row that its speed depends on and a run spec has no field for. */
export function rowSpeedFacts(text: RowText): SpeedFacts {
  const facts: SpeedFacts = {};
  const kernels = text("kernels");
  if (/foak|fast-kernels|\bcompile\b/.test(kernels)) facts.compiled = true;
  if (/scattermoe/.test(kernels)) facts.experts = "grouped";
  const stages = Number(/_vp(\d+)/.exec(text("parallelism"))?.[1] ?? 1);
  if (stages > 1) facts.virtualStages = stages;
  if (isPaddedRow(text)) {
    const known = DATA_SET_TOKENS.find(([name]) => name.test(`${text("source")} ${text("extra_facts")}`));
    if (known) facts.rowTokens = known[1];
  }
  const stated = Number(/avg generated\+prompt length ([\d,]+)/.exec(text("extra_facts"))?.[1]?.replaceAll(",", ""));
  if (stated > 0) facts.rowTokens = stated;
  return facts;
}

/** Why the speed of a row cannot be estimated, or undefined. */
export function speedGap(text: RowText): string | undefined {
  if (text("seq_len") === "" && !isPaddedRow(text)) return "sequence length not stated";
  if (/device_map|pipeline/.test(text("parallelism"))) return "layers placed on several devices are not covered";
  if (/offload/.test(text("parallelism"))) return "offloading of weights to the CPU is not covered";
  return undefined;
}
