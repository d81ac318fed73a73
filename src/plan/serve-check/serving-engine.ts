import { shortened } from "../check/decimal.ts";
import type { RowText } from "../check/row-text.ts";
import type { EngineName } from "../serve/serve-run.ts";

/** The engine that a row names, with version and date if stated. */
export type ServingEngine = {
  name: EngineName;
  /**
   * The engine's own version, [major, minor]: `vllm 0.18.0` is [0, 18]. TensorRT's version is not that of TensorRT-LLM.
   */
  version?: readonly [major: number, minor: number];
  /** Year and month of the measurement or of the versions, `2025-10` or `2024`. */
  dated?: string;
  /**
   * Products that wrap TensorRT-LLM. NVIDIA's MLPerf harness states the version of TensorRT; NeMo compiles engines
   * ahead of time.
   */
  form?: "harness" | "nemo" | "development";
};

/** Names of an engine in the text of a row, including products that wrap it. */
const ENGINE_WORDS: readonly (readonly [EngineName, RegExp])[] = [
  ["sglang", /sg-?lang/i],
  // LLMBoost is built on vLLM, as some of its rows state.
  ["vllm", /vllm|llm-?boost/i],
  // TensorRT-LLM is run by NeMo's deployment and by NVIDIA's MLPerf harness, which states the version of TensorRT. NIM
  // runs it on GPUs for which it has a profile, which is most of them.
  ["tensorrt-llm", /tensor-?rt|\btrt\b|trt-?llm|\bnemo\b|\bnim\b/i],
];

const VERSION: Readonly<Record<EngineName, RegExp>> = {
  sglang: /sg-?lang[\s=@:v_(-]*(\d+)\.(\d+)/i,
  vllm: /vllm(?:-openai)?[\s=@:v_(-]*(\d+)\.(\d+)/i,
  "tensorrt-llm": /(?:tensor-?rt|trt)[-_ ]?llm[\s=@:v~_(-]*(\d+)\.(\d+)/i,
};

/** A day or month of this century, or the year of a version. */
const DATED = /\b(20[2-9]\d-(?:0[1-9]|1[0-2]))(?=-|T|\b)|\b(20[2-9]\d)\b(?= engine| version|$)/;

/**
 * The engine of a row, or the reason why it is unknown. The version is searched for next to the engine's name in
 * `engine`, then in `source_ref`, where documents name their release.
 */
export function servingEngine(text: RowText): ServingEngine | { refused: string } {
  const written = text("engine");
  if (written === "") return { refused: "engine not stated" };
  const named = ENGINE_WORDS.filter(([, words]) => words.test(written.replace(/\bnim\b.*(?=vllm|sglang)/i, "")));
  if (named.length !== 1)
    return {
      refused:
        named.length === 0
          ? `engine ${shortened(written)} is not covered: vLLM, SGLang and TensorRT-LLM are`
          : `engine ${shortened(written)} names several engines`,
    };
  const name = named[0]![0];
  const version = versionIn(written, name) ?? versionIn(text("source_ref"), name);
  const dated = DATED.exec(text("extra_facts"));
  const date = dated?.[1] ?? dated?.[2];
  return {
    name,
    ...(version ? { version } : {}),
    ...(date === undefined ? {} : { dated: date }),
    ...(name === "tensorrt-llm" ? formOf(written) : {}),
  };
}

function formOf(written: string): Pick<ServingEngine, "form"> {
  if (/tensor-?rt \d/i.test(written)) return { form: "harness" };
  if (/\bnemo\b/i.test(written)) return { form: "nemo" };
  return /\bdev\b/i.test(written) && !/\d+\.\d+/.test(written) ? { form: "development" } : {};
}

function versionIn(written: string, name: EngineName): readonly [number, number] | undefined {
  const found = VERSION[name].exec(written);
  return found ? [Number(found[1]), Number(found[2])] : undefined;
}
