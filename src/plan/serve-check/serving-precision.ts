import type { ServeRun } from "../serve/serve-run.ts";
import type { ServingEngine } from "./serving-engine.ts";
import type { RowText } from "../check/row-text.ts";

/** Formats of weights and cache, and whether the row states the weight format. */
export type ServingPrecision = Pick<ServeRun, "weights" | "kv"> & { isStated: boolean };

/** Models that are published in a format below bf16, which is used if a row states no other. */
const PUBLISHED: readonly (readonly [RegExp, ServeRun["weights"]])[] = [
  [/gpt-?oss/i, "fp4"],
  [/deepseek[-_ ]?(v3|r1)(?!.*distill)|kimi[-_ ]?k2/i, "fp8"],
];

/** Names of formats, in a model's name and in the column `precision`; the most specific comes first. */
const FORMATS: readonly (readonly [RegExp, ServeRun["weights"]])[] = [
  [/(mx|nv)?fp4/i, "fp4"],
  [/w4a16|int-?4|\bawq\b|gptq|\bq4\b|4-?bit/i, "int4"],
  [/fp-?8|float8|e4m3/i, "fp8"],
  [/w8a16|int-?8|8-?bit/i, "int8"],
  [/bf-?16|fp-?16|b?float16|\bhalf\b|16-?bit/i, "bf16"],
];

/** Words that state the format of a cache: `KV FP8`, `kv_cache_dtype=fp8`, `fp8 KV cache`. */
const CACHE =
  /kv[-_ ]?(?:cache)?[-_ ]?(?:d?type)?[ :=]*(bf-?16|fp-?16|fp-?8|e4m3|int-?8)|(bf-?16|fp-?16|fp-?8|int-?8) kv\b/i;

const UNSTATED = /unspecified|not stated|unstated|unknown|model card|n\/a|^auto$|^default$|^$/i;

/** Products of 8-bit integers, or of weights and activations in formats of their own, which no kernel table covers. */
const UNCOVERED = /w8a8(?!.*fp-?8)(?<!fp-?8.*)|w4a8(?!.*fp4)(?<!fp4.*)|fp-?32|fp-?6\b/i;

/**
 * Formats of weights and cache of a row, or the reason why they are unknown. For the notation "FP16? (… likely FP8)" in
 * MLPerf logs, the likely format is used. An unstated format is that of the model's name, otherwise that of the
 * published model, otherwise bf16.
 */
export function servingPrecision(text: RowText, engine: ServingEngine): ServingPrecision | { refused: string } {
  const written = text("precision");
  const cacheless = written.replaceAll(/\(?\bkv\b[^()]*\)?/gi, "");
  const meant = /likely (\S+?)\)?$/i.exec(cacheless)?.[1] ?? cacheless;
  const [likely, ofName] = [meant.trim(), formatOf(text("model"))];
  const published = PUBLISHED.find(([model]) => model.test(text("model")))?.[1];
  const isStated = !UNSTATED.test(likely);
  if (isStated && UNCOVERED.test(likely)) return { refused: `precision ${written.slice(0, 40)} is not covered` };
  const stated = isStated ? formatOf(likely) : (ofName ?? published ?? "bf16");
  if (stated === undefined) return { refused: `precision ${written.slice(0, 40)} is unknown` };
  // Labels of gpt-oss refer to its activations or its cache; its weights exist only in mxfp4.
  const weights = published === "fp4" && stated === "fp8" ? published : stated;
  return { weights, kv: cacheOf(text, engine, weights), isStated };
}

function formatOf(words: string): ServeRun["weights"] | undefined {
  return FORMATS.find(([format]) => format.test(words))?.[1];
}

/**
 * Format of the cache if none is stated. NVIDIA's quantised checkpoints include the scales of an fp8 cache, which
 * TensorRT-LLM then uses; otherwise it is the format of the activations.
 */
function cacheOf(text: RowText, engine: ServingEngine, weights: ServeRun["weights"]): ServeRun["kv"] {
  const said = CACHE.exec(`${text("precision")}; ${text("extra_facts")}`);
  const format = (said?.[1] ?? said?.[2] ?? "").toLowerCase();
  if (format !== "") return /8|e4m3/.test(format) ? "fp8" : "bf16";
  return engine.name === "tensorrt-llm" && (weights === "fp8" || weights === "fp4") ? "fp8" : "bf16";
}
