import type { Gpu } from "../../domain/gpu.ts";
import type { ModelShape } from "../../domain/model-shape.ts";
import type { RunSpec } from "../../domain/run-spec.ts";
import { STACKS } from "../../domain/stack.ts";
import type { RowText } from "./row-text.ts";
import { rowVersions } from "./row-versions.ts";

/** Generations without flash kernels: those before Ampere. */
const WITHOUT_FLASH: readonly Gpu["generation"][] = ["pascal", "volta", "turing"];

/**
 * True if attention stores its scores by default. For rows without padding, transformers passes SDPA no mask and
 * grouped keys, which only the flash kernel supports; a GPU without that kernel falls back to plain products. For
 * padded rows, it repeats the keys, which the memory-efficient kernel supports.
 *
 * @source transformers `use_gqa_in_sdpa` (no mask, torch 2.5 on); torch `sdp_utils.cpp`, the efficient kernel's
 *   `check_batch_size_and_num_heads_dense<supports_gqa = false>`; flash-attn needs Ampere
 */
export function storesScores(
  text: RowText,
  { shape, spec, gpu }: { shape: ModelShape; spec: RunSpec; gpu: Gpu },
): boolean {
  const isOpen = ["", "unknown", "sdpa"].includes(text("attention")) && rowVersions(text).era !== "2024";
  const isGrouped = shape.kvHeads < shape.heads && shape.latent === null;
  const isModules = STACKS[spec.stack].onTransformers && STACKS[spec.stack].family === "transformers";
  return isOpen && isModules && isGrouped && spec.packing && WITHOUT_FLASH.includes(gpu.generation);
}
