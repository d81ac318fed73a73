import type { ServeRun } from "../serve/serve-run.ts";
import type { RowText } from "../check/row-text.ts";

/** fp8 checkpoints with one scale per row of a matrix: those that Meta published, made with FBGEMM. */
const ROW_SCALED = /fp8[-_ ]meta|meta[-_ ]fp8|fbgemm/i;

/** Engines configured to launch each kernel separately instead of using recorded graphs. */
const EAGER =
  /\benforce[-_ ]eager\b(?!\s*[=:]?\s*(?:false|0|off|no)\b)|\bdisable[-_]cuda[-_]graphs?\b(?!\s*[=:]?\s*(?:false|0|off|no)\b)|\b(?:without|no) (?:cuda|hip)[- ]?graphs?\b|\beager mode\b/i;

/**
 * Reason why the kernels of a row are unknown; otherwise undefined. vLLM multiplies fp8 weights that have a scale per
 * row through CUTLASS, which AMD's GPUs do not support. Until a fused product came with ROCm 6.3, they used an unfused
 * path through fp32, for which no time is known.
 *
 * Without recorded graphs, a decode step takes as long as the host needs to launch its kernels one by one, which
 * depends on the processor and on what else the process does. For a 7B model with 28 layers, it took 22 ms, compared
 * with 13 with graphs, on one machine, and four to five times as long as with graphs on another
 * (vllm-project/vllm-omni#7960, 2026-09-22. Read 2026-11-25).
 *
 * @source vLLM, `w8a8_utils.py`, `cutlass_fp8_supported` ("cutlass is not supported on Rocm") and `apply_fp8_linear`
 *   ("Fallback for channelwise case, where we use unfused DQ") at commit 0039d4b; fused: vllm-project/vllm#12501,
 *   opened 2025-01-28, merged, at least twice as fast; speed of `_scaled_mm` itself on MI300X in December 2024, a
 *   twelfth of an H100's: pytorch/pytorch#143465. Read 2026-11-25.
 */
export function untimedKernels(text: RowText, { engine, engineEra, gpu, weights }: ServeRun): string | undefined {
  if (EAGER.test(`${text("engine")}; ${text("extra_facts")}`))
    return "in eager mode (no CUDA graphs), the host's kernel launches determine the time of a step, and they were not timed";
  const isOld = engine === "vllm" && (engineEra === "2024" || engineEra === "v0");
  if (!isOld || gpu.vendor !== "AMD" || weights !== "fp8" || !ROW_SCALED.test(text("extra_facts"))) return undefined;
  return "fp8 weights with a scale for each row have no fused kernel on AMD GPUs before vLLM 0.8, and their fallback was not timed";
}
