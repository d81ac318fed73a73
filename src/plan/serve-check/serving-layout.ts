import type { Gpu } from "../../domain/gpu.ts";
import type { ModelShape } from "../../domain/model-shape.ts";
import type { ServeRun } from "../serve/serve-run.ts";
import type { RowText } from "../check/row-text.ts";

/** Layout of a row's GPUs: degrees of one replica, and the number of replicas. */
export type ServingLayout = Pick<ServeRun, "tensorParallel" | "pipelineParallel" | "expertParallel"> & {
  replicas: number;
  /** Workers of each kind that share the requests of one deployment, if prompts are read on separate GPUs. */
  disaggregated?: { prefill: number; decode: number };
};

/** Columns and words that state a degree: `tp`, as well as `TP4`, `tp=4`, `tp_4`. */
const DEGREES = {
  tp: /(?<![a-z])(?:TP|tensor[-_]parallel(?:[-_]size)?)[ =:_-]?(\d+)(?!\d)/i,
  pp: /(?<![a-z])(?:PP|pipeline[-_]parallel(?:[-_]size)?)[ =:_-]?(\d+)(?!\d)/i,
  ep: /(?<![a-z])D?EP[ =:_-]?(\d+)(?!\d)/i,
  dp: /(?<![a-z])(?:DP|data[-_]parallel(?:[-_]size)?)[ =:_-]?(\d+)(?!\d)/i,
} as const;

/**
 * Data-parallel attention in a mixture of experts, with complete requests on each group of GPUs: `attention-DP/EP8`,
 * `DEP8`, `--enable-dp-attention`.
 */
const ATTENTION_DP = /attention[- ]?DP|DP[- ]?attention|(?<![a-z])DEP[ =:_-]?\d/i;

const DISAGGREGATED =
  /(\d+) ?(?:x )?prefill (?:workers? )?(?:x|and|\+|,) ?(\d+) ?(?:x )?decode|(?<![a-z\d])(\d+)P(\d+)D(?![a-z\d])/i;

/**
 * GPUs of a row: `n_gpus`, otherwise the count before the name of the GPU (`8xH100`), otherwise the number that its
 * degrees require.
 */
export function servingGpus(text: RowText): number {
  const counted = Number(text("n_gpus") || /^(\d+) ?[x×*] ?/.exec(text("gpu"))?.[1] || 0);
  return counted >= 1 ? counted : Math.max(1, (degree(text, "tp") ?? 1) * (degree(text, "pp") ?? 1));
}

/**
 * A degree from its column, otherwise from a word of `parallelism` or `extra_facts`; undefined if neither states it.
 */
export function degree(text: RowText, name: keyof typeof DEGREES): number | undefined {
  const column = Number(text(name));
  if (text(name) !== "" && Number.isInteger(column) && column >= 1) return column;
  const found = DEGREES[name].exec(`${text("parallelism")}; ${text("extra_facts")}`);
  return found ? Math.max(1, Number(found[1])) : undefined;
}

/** True if more than tensor and pipeline parallelism divides a row's GPUs, so that tp alone does not. */
export function isSharedOtherwise(text: RowText): boolean {
  const facts = `${text("parallelism")}; ${text("extra_facts")}`;
  const isSplit = degree(text, "dp") !== undefined || degree(text, "ep") !== undefined;
  return isSplit || ATTENTION_DP.test(facts) || DISAGGREGATED.test(facts) || /disagg/i.test(facts);
}

/** Share of the GPUs' memory that weights may take if the layout was chosen for the highest throughput. */
const WEIGHT_SHARE = 0.72;

/**
 * The layout of a row. If it states no tensor parallelism, `isAtItsBest` (highest throughput) means as many replicas as
 * fit; otherwise one server uses all GPUs.
 */
export function servingLayout(
  text: RowText,
  {
    shape,
    gpu,
    bytesPerParam,
    isAtItsBest,
  }: { shape: ModelShape; gpu: Gpu; bytesPerParam: number; isAtItsBest: boolean },
): ServingLayout {
  const gpus = servingGpus(text);
  const pipelineParallel = degree(text, "pp") ?? 1;
  const pair = DISAGGREGATED.exec(`${text("parallelism")}; ${text("extra_facts")}`);
  const facts = `${text("parallelism")}; ${text("extra_facts")}`;
  if (ATTENTION_DP.test(facts) && shape.experts !== null) {
    const expertParallel = degree(text, "ep") ?? degree(text, "dp") ?? gpus;
    return {
      tensorParallel: 1,
      pipelineParallel,
      expertParallel,
      replicas: Math.max(1, Math.floor(gpus / expertParallel)),
    };
  }
  const fewest = fewestGpus(shape.paramCount * bytesPerParam, gpu.memoryGib * 2 ** 30);
  const unsaid = isAtItsBest
    ? Math.min(fewest, gpus)
    : Math.max(1, Math.floor(gpus / (pipelineParallel * (degree(text, "dp") ?? 1))));
  const tensorParallel = degree(text, "tp") ?? unsaid;
  const expertParallel =
    shape.experts === null ? 1 : Math.min(degree(text, "ep") ?? 1, tensorParallel * pipelineParallel);
  const layout = { tensorParallel, pipelineParallel, expertParallel };
  if (pair)
    return {
      ...layout,
      replicas: 1,
      disaggregated: { prefill: Number(pair[1] ?? pair[3]), decode: Number(pair[2] ?? pair[4]) },
    };
  return { ...layout, replicas: Math.max(1, Math.floor(gpus / (tensorParallel * pipelineParallel))) };
}

function fewestGpus(weightBytes: number, gpuBytes: number): number {
  let gpus = 1;
  while (gpus < 64 && weightBytes > gpus * gpuBytes * WEIGHT_SHARE) gpus *= 2;
  return gpus;
}
