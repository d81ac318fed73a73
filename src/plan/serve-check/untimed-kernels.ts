import type { ServeRun } from "../serve/serve-run.ts";
import type { RowText } from "../check/row-text.ts";

/** Checkpoints in fp8 with a scale for each row of a matrix: those that Meta published, made with FBGEMM. */
const ROW_SCALED = /fp8[-_ ]meta|meta[-_ ]fp8|fbgemm/i;

/**
 * Why nothing can be said of the kernels that a row ran, or undefined. vLLM multiplies fp8 with a scale per row through
 * CUTLASS, which AMD's cards do not have; before 0.8 they took an unfused path through fp32, of which no time is known.
 *
 * @source vLLM v0.6.3, `apply_fp8_linear`, "fallback for channelwise case"
 */
export function untimedKernels(text: RowText, { engine, engineEra, gpu, weights }: ServeRun): string | undefined {
  const isOld = engine === "vllm" && (engineEra === "2024" || engineEra === "v0");
  if (!isOld || gpu.vendor !== "AMD" || weights !== "fp8" || !ROW_SCALED.test(text("extra_facts"))) return undefined;
  return "fp8 weights with a scale for each row have no fused kernel on AMD's cards before vLLM 0.8, and the path that they take was not timed";
}
