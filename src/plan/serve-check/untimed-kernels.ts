import type { ServeRun } from "../serve/serve-run.ts";
import type { RowText } from "../check/row-text.ts";

/** Checkpoints in fp8 with a scale for each row of a matrix: those that Meta published, made with FBGEMM. */
const ROW_SCALED = /fp8[-_ ]meta|meta[-_ ]fp8|fbgemm/i;

/**
 * Why nothing can be said of the kernels that a row ran, or undefined. vLLM multiplies fp8 with a scale per row through
 * CUTLASS, which AMD's cards do not have; until a fused product came with ROCm 6.3 they took an unfused path through fp32,
 * of which no time is known.
 *
 * @source vLLM, `w8a8_utils.py`, `cutlass_fp8_supported` ("cutlass is not supported on Rocm") and `apply_fp8_linear`
 *   ("Fallback for channelwise case, where we use unfused DQ") at commit 0039d4b; fused: vllm-project/vllm#12501, opened
 *   2025-01-28, merged, twice as fast and more; what `_scaled_mm` itself reached on MI300X in December 2024, a twelfth of
 *   an H100: pytorch/pytorch#143465. Read 2026-11-25.
 */
export function untimedKernels(text: RowText, { engine, engineEra, gpu, weights }: ServeRun): string | undefined {
  const isOld = engine === "vllm" && (engineEra === "2024" || engineEra === "v0");
  if (!isOld || gpu.vendor !== "AMD" || weights !== "fp8" || !ROW_SCALED.test(text("extra_facts"))) return undefined;
  return "fp8 weights with a scale for each row have no fused kernel on AMD's cards before vLLM 0.8, and the path that they take was not timed";
}
