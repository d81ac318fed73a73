import type { ServeRun } from "../serve/serve-run.ts";
import type { RowText } from "../check/row-text.ts";

/** Checkpoints in fp8 with a scale for each row of a matrix: those that Meta published, made with FBGEMM. */
const ROW_SCALED = /fp8[-_ ]meta|meta[-_ ]fp8|fbgemm/i;

/** Engines told to launch each kernel by itself, instead of recorded graphs. */
const EAGER =
  /\benforce[-_ ]eager\b(?!\s*[=:]?\s*(?:false|0|off|no)\b)|\bdisable[-_]cuda[-_]graphs?\b(?!\s*[=:]?\s*(?:false|0|off|no)\b)|\b(?:without|no) (?:cuda|hip)[- ]?graphs?\b|\beager mode\b/i;

/**
 * Reason why the kernels of a row are unknown, or undefined. vLLM multiplies fp8 with a scale per row through
 * CUTLASS, which AMD's GPUs do not support; until a fused product came with ROCm 6.3 they took an unfused path through
 * fp32, of which no time is known.
 *
 * @source vLLM, `w8a8_utils.py`, `cutlass_fp8_supported` ("cutlass is not supported on Rocm") and `apply_fp8_linear`
 *   ("Fallback for channelwise case, where we use unfused DQ") at commit 0039d4b; fused: vllm-project/vllm#12501, opened
 *   2025-01-28, merged, twice as fast and more; what `_scaled_mm` itself reached on MI300X in December 2024, a twelfth of
 *   an H100: pytorch/pytorch#143465. Read 2026-11-25.
 *
 * Without recorded graphs a decode step lasts as long as the host takes to launch its kernels one by one, which depends on the
 * processor and on what else the process does: of a 7B with 28 layers 22 ms and 13 with graphs on one machine, four to five
 * times as long as with them on another (vllm-project/vllm-omni#7960, 2026-09-22. Read 2026-11-25).
 */
export function untimedKernels(text: RowText, { engine, engineEra, gpu, weights }: ServeRun): string | undefined {
  if (EAGER.test(`${text("engine")}; ${text("extra_facts")}`))
    return "without recorded graphs (eager mode) the host's launches set the time of a step, and they were not timed";
  const isOld = engine === "vllm" && (engineEra === "2024" || engineEra === "v0");
  if (!isOld || gpu.vendor !== "AMD" || weights !== "fp8" || !ROW_SCALED.test(text("extra_facts"))) return undefined;
  return "fp8 weights with a scale for each row have no fused kernel on AMD GPUs before vLLM 0.8, and their fallback was not timed";
}
