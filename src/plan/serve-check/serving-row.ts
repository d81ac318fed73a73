import { Failure } from "../../base/failure.ts";
import type { Refusal } from "../../domain/estimate.ts";
import type { Gpu } from "../../domain/gpu.ts";
import type { ModelShape } from "../../domain/model-shape.ts";
import type { RowText } from "../check/row-text.ts";
import { gpuOfRow } from "../check/training-row-gpu.ts";
import type { Load, ServeRun } from "../serve/serve-run.ts";
import { factFields } from "./serving-columns.ts";
import { servingEngine } from "./serving-engine.ts";
import { servingEra } from "./serving-era.ts";
import { servingExtras } from "./serving-extras.ts";
import { servingFlags } from "./serving-flags.ts";
import { servingGpus, servingLayout } from "./serving-layout.ts";
import { servingLengths } from "./serving-lengths.ts";
import { perReplica, servingLoad } from "./serving-load.ts";
import { servingPrecision } from "./serving-precision.ts";
import { untimedKernels } from "./untimed-kernels.ts";

/** Catalogue look-ups of the check; they throw a Failure for an unknown name. */
export type ServingCatalogue = {
  findModel: (name: string) => ModelShape;
  findGpu: (name: string) => Gpu;
};

/** A measured row as one replica, its load, and the number of replicas that share the load. */
export type ServingRow = {
  run: ServeRun;
  /** The load of one replica. */
  load: Load;
  /** The load of all replicas, as the row states it. */
  whole: Load;
  replicas: number;
  gpus: number;
  /** False if the row does not state the weight format, which then follows from the model. */
  isPrecisionStated: boolean;
  /** False if the GPU exists with more than one memory size and the row states none. */
  isGpuStated: boolean;
};

/** Bytes per weight for choosing layouts, without scales. */
const BYTES_PER_PARAM: Readonly<Record<ServeRun["weights"], number>> = {
  bf16: 2,
  fp8: 1,
  int8: 1,
  int4: 0.53,
  fp4: 0.55,
};

/**
 * Parses a row as a replica and its load, or returns the reason why it cannot. Never reads a measured column or
 * `notes`.
 */
export function servingRow(
  all: Readonly<Record<string, string>>,
  { findModel, findGpu }: ServingCatalogue,
): ServingRow | Refusal {
  const fields = factFields(all);
  const text: RowText = (column) => (fields[column] ?? "").trim();
  // Sources mark figures that they doubt themselves in this way.
  if (/exclude from scoring/i.test(text("extra_facts"))) return refuse("the row states that it must not be scored");
  const shape = modelOf(text, findModel);
  if ("refused" in shape) return shape;
  const gpuText = text("gpu").replace(/^\d+ ?[x×*] ?/, "");
  const gpu = gpuOfRow((column) => (column === "gpu" ? gpuText : text(column)), findGpu);
  if (gpu instanceof Failure) return refuse(hinted(gpu));
  const engine = servingEngine(text);
  if ("refused" in engine) return refuse(engine.refused);
  const precision = servingPrecision(text, engine);
  if ("refused" in precision) return refuse(precision.refused);
  const extras = servingExtras(text);
  if ("refused" in extras) return refuse(extras.refused);
  const lengths = servingLengths(text);
  if ("refused" in lengths) return refuse(lengths.refused);
  const asked = servingLoad(text);
  if ("refused" in asked) return refuse(asked.refused);
  const { load: whole } = asked;
  const isAtItsBest = whole.kind === "saturation" || whole.kind === "token-limit";
  const bytesPerParam = BYTES_PER_PARAM[precision.weights];
  const { replicas, ...layout } = servingLayout(text, { shape, gpu, bytesPerParam, isAtItsBest });
  if (layout.disaggregated === undefined && /disaggregat/i.test(`${text("engine")} ${text("parallelism")}`))
    return refuse("disaggregated serving without the number of workers of each kind, such as 2 prefill x 1 decode");
  const isInProcess = engine.form === "harness" || whole.kind === "static-batch" || /offline/i.test(text("scenario"));
  const run: ServeRun = {
    shape,
    gpu,
    engine: engine.name,
    engineEra: servingEra(engine),
    weights: precision.weights,
    kv: precision.kv,
    ...layout,
    prefixHitShare: 0,
    ...servingFlags(text),
    ...extras,
    inputTokens: lengths.input,
    outputTokens: lengths.output,
    ...(isInProcess ? { overHttp: false } : {}),
  };
  const untimed = untimedKernels(text, run);
  if (untimed !== undefined) return refuse(untimed);
  return {
    run,
    load: perReplica(whole, replicas),
    whole,
    replicas,
    gpus: servingGpus(text),
    isPrecisionStated: precision.isStated,
    isGpuStated: text("gpu_mem_gb") !== "" || !/^(nvidia )?a100([- ](sxm|pcie)\d?)?$/i.test(gpuText),
  };
}

function modelOf(text: RowText, findModel: ServingCatalogue["findModel"]): ModelShape | Refusal {
  if (text("model") === "") return refuse("model not stated");
  // A format in brackets states how the weights are stored, like a suffix does.
  const names = [text("model"), text("model").replaceAll(/\s*\([^()]*\)/g, "")];
  let unknown: Failure | undefined;
  for (const name of names)
    try {
      return findModel(name);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      unknown ??= error;
    }
  return refuse(hinted(unknown!));
}

function hinted({ message, hint }: Failure): string {
  return hint === undefined ? message : `${message} (${hint})`;
}

function refuse(refused: string): Refusal {
  return { refused, hint: "supply the fact in its column" };
}
