import { formatNumber } from "../../base/units.ts";
import { peakTflops, specifiedTflops } from "../../catalog/peak-tflops.ts";
import { hardwareFlopsPerToken } from "../speed/flops.ts";
import { matmulFormat } from "../speed/matmul-time.ts";
import type { SpeedRun } from "../speed/throughput.ts";
import type { RowText } from "./row-text.ts";

/**
 * How far a stated size may lie from that of the catalogue. Names round (7B of 7.24), and leave out embeddings or a vision
 * part (MPT-125m of 174 million with a long table of positions); a size beyond it is of another model.
 */
const SIZE_TOLERANCE = 1.6;

/** How far the stated memory of a card may lie from the catalogue's: GB against GiB, and what a driver keeps. */
const CARD_TOLERANCE = 1.5;

/** No card holds as many GiB: a peak above it on a card that nobody names is in another unit, or of several cards. */
const NO_CARD_GIB = 512;

/** A row, the run that it was read as, and whether it names a GPU of the catalogue. */
export type KnownRow = { text: RowText; run: SpeedRun; isGpuKnown: boolean };

/** Why a row is implausible for the model and the GPU that it names, or undefined. */
export function catalogueContradiction({ text, run, isGpuKnown }: KnownRow): string | undefined {
  return sizeContradiction(text, run) ?? (isGpuKnown ? cardContradiction(text, run) : undefined);
}

function sizeContradiction(text: RowText, { shape }: SpeedRun): string | undefined {
  const stated = Number(text("params_b"));
  const [all, active] = [shape.paramCount / 1e9, shape.activeParamCount / 1e9];
  if (stated === 0 || (stated <= all * SIZE_TOLERANCE && stated >= active / SIZE_TOLERANCE)) return undefined;
  const ofWhich = active < all ? `${formatNumber(all, 3)} (${formatNumber(active, 3)} active)` : formatNumber(all, 3);
  return `params_b is ${text("params_b")}, but ${shape.id} has ${ofWhich} billion parameters: another model?`;
}

function cardContradiction(text: RowText, { gpu }: SpeedRun): string | undefined {
  const [stated, card] = [Number(text("gpu_mem_gb")), gpu.memoryGib];
  if (stated === 0 || (stated <= card * CARD_TOLERANCE && stated >= card / CARD_TOLERANCE)) return undefined;
  return `gpu_mem_gb is ${text("gpu_mem_gb")}, but ${gpu.id} has ${card} GiB: another GPU, or a sum over GPUs`;
}

/** Why no card can have held the peak of a column, so many GiB, or undefined. */
export function aboveTheCard({ text, run, isGpuKnown }: KnownRow, column: string, gib: number): string | undefined {
  const card = Math.max(Number(text("gpu_mem_gb")), isGpuKnown ? run.gpu.memoryGib : 0);
  // Cards are sold in GB that are GiB within a tenth; beyond it the unit is another, or several cards were added up.
  if (gib <= 1.1 * (card || NO_CARD_GIB)) return undefined;
  const place = card === 0 ? ", more than any GPU has" : ` on a GPU with ${card}`;
  return `${column} is ${text(column)}${place}: another unit, or a sum over GPUs`;
}

/** Why no card can have trained so many tokens per second, its matrix products alone and the recomputed ones with them. */
export function aboveThePeak({ run: { shape, spec, gpu } }: KnownRow, tokensPerSec: number): string | undefined {
  const formats = ["bf16", matmulFormat(spec.precision)] as const;
  // Desktop cards run above the clock of their specification.
  const peak = Math.max(
    ...formats.flatMap((format) => [specifiedTflops(gpu, format) ?? 0, peakTflops(gpu, format) ?? 0]),
  );
  // Rows may be far shorter than the sequence that caps them: attention is left out.
  const needed = (tokensPerSec * hardwareFlopsPerToken(shape, { ...spec, sequenceTokens: 1 })) / 1e12;
  if (peak === 0 || needed <= peak) return undefined;
  return `tokens_per_s_per_gpu is ${tokensPerSec}: ${(needed / peak).toFixed(1)} times what ${gpu.id} can compute; is it the sum of all GPUs?`;
}
