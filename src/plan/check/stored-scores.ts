import type { Gpu } from "../../domain/gpu.ts";
import type { ModelShape } from "../../domain/model-shape.ts";
import type { RunSpec } from "../../domain/run-spec.ts";
import { STACKS } from "../../domain/stack.ts";
import type { RowText } from "./row-text.ts";
import { rowVersions } from "./row-versions.ts";

/** Generations that no flash kernel runs on: those before Ampere. */
const WITHOUT_FLASH: readonly Gpu["generation"][] = ["pascal", "volta", "turing"];

/**
 * True where attention stores its scores although nobody asked for it: of rows without padding transformers hands SDPA no
 * mask and its grouped keys as they are, which the flash kernel alone takes; a card without it falls back to plain products.
 * Of padded rows it repeats the keys, which the kernel of least memory takes.
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
