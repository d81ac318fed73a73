import type { ModelShape } from "../../domain/model-shape.ts";
import { attentionGroups, layerBytes } from "./kv-per-token.ts";
import type { Replica } from "./replica.ts";

type Recurrence = NonNullable<ModelShape["recurrence"]>;

/** Bytes of one number of the state in the model's own format, in which convolutions keep their state. */
const MODEL_BYTES = 2;

/** Mixers whose kernels always keep their state in fp32, regardless of the model's format. */
const ALWAYS_FP32: ReadonlySet<Recurrence["kind"]> = new Set(["kimi-delta"]);

/**
 * Bytes that one sequence keeps in a model's mixers instead of keys and values, all layers: the recurrent state, and
 * the last inputs of the convolution. They do not grow with the length of the sequence.
 *
 * @param recurrentBytes  of one number of the recurrent state: 2 as the model, 4 in fp32
 * @source vLLM, `MambaStateShapeCalculator` and `MambaSpec.page_size_bytes` (2026-09)
 */
export function stateBytes({ recurrence }: Pick<ModelShape, "recurrence">, recurrentBytes: 2 | 4): number {
  if (recurrence === null) return 0;
  return recurrence.layers * layerStateBytes(recurrence, recurrentBytes);
}

function layerStateBytes({ state, convolved, taps }: Recurrence, recurrentBytes: 2 | 4): number {
  return state * recurrentBytes + convolved * Math.max(0, taps - 1) * MODEL_BYTES;
}

/**
 * Bytes per number of the recurrent state, by the engine's default. SGLang uses fp32, and TensorRT-LLM the model's
 * format. So does vLLM, unless the model's configuration states fp32 (Nemotron-H, Qwen 3.5).
 *
 * @source vLLM, `mamba_ssm_cache_dtype` auto: `NemotronHForCausalLMConfig` and `Qwen3_5ForConditionalGenerationConfig`
 * in models/config.py, `kda_state_dtype` (2026-09); SGLang, `mamba2_state_dtype` in configs/mamba_utils.py, float32 if
 * a configuration does not say; TensorRT-LLM, `validate_and_set_mamba_ssm_cache_dtype`, auto
 */
export function recurrentBytes({ run, shape }: Pick<Replica, "run" | "shape">): 2 | 4 {
  const { recurrence } = shape;
  if (recurrence === null) return MODEL_BYTES;
  if (ALWAYS_FP32.has(recurrence.kind) || run.engine === "sglang") return 4;
  return recurrence.isStateFp32 && run.engine === "vllm" ? 4 : MODEL_BYTES;
}

/** Pages of vLLM hold a multiple of this number of tokens. */
const PAGE_STEP = 16;

/** Ratio of the numbers of layers of two kinds below which groups are as large as the larger kind. */
const NEAR_TIMES = 1.5;

/**
 * Cache space of one sequence's state, in tokens; 0 in models without a state. In vLLM, layers of both kinds share one
 * page size: an attention page has as many tokens as equal the state of one layer, groups of layers are padded, and
 * half a page per sequence is empty on average. Prefix caching keeps additional states, which are evicted for running
 * sequences. SGLang splits its memory between states and tokens in advance; the split is assumed to fit the load.
 *
 * @source vLLM, `Platform._align_hybrid_block_size` and `_get_kv_cache_groups_uniform_page_size` (2026-09)
 */
export function stateTokens(replica: Replica, perToken: number): number {
  const { run, shape } = replica;
  const { recurrence, attentionLayers } = shape;
  if (recurrence === null) return 0;
  const bytes = recurrentBytes(replica);
  if (run.engine !== "vllm") return stateBytes(shape, bytes) / perToken;
  const page = pageTokens(replica);
  const [least, most] = [recurrence.layers, attentionLayers].toSorted((a, b) => a - b) as [number, number];
  const group = most >= NEAR_TIMES * least ? least : most;
  const grouped = Math.ceil(recurrence.layers / group) * group;
  return (grouped / attentionLayers) * page + page / 2;
}

/** Tokens of an attention page in vLLM, which is at least as large as the state of one layer. */
export function pageTokens(replica: Pick<Replica, "run" | "shape" | "tensor">): number {
  const { run, shape, tensor } = replica;
  const [group] = attentionGroups(shape);
  if (shape.recurrence === null || group === undefined) return PAGE_STEP;
  const token = layerBytes(shape, group, { kv: run.kv, tensor });
  return PAGE_STEP * Math.ceil(layerStateBytes(shape.recurrence, recurrentBytes(replica)) / (PAGE_STEP * token));
}
