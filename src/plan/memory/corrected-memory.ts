import { isRefusal, type Quantity, type Refusal } from "../../domain/estimate.ts";
import type { Instant, MemoryKind, MemoryLine } from "../../domain/memory-plan.ts";
import type { Correction } from "../calibration/look-up.ts";
import { correctedBy, type Physics } from "../calibration/uncertain-part.ts";
import type { Range } from "../uncertainty/lognormal.ts";

/**
 * Share of what is certain that no measurement corrects. The rest of it, and all that is not certain, is: so that where
 * measurements lie 30 % off, weights are taken to be 5 % off.
 *
 * @source leave-one-source-out on the published measurements: shares of 0.7 to 0.97 hold 86 to 87 % of the rows between
 *   p10 and p90 alike, and the p90 of 70B in 4 bits falls from 1.7 to 1.3 times the p50 up to here, and little beyond
 */
const HELD_SHARE = 0.85;

/** Terms whose bytes follow from counts of parameters and formats, and the budget of an engine, which is set. */
const CERTAIN: readonly string[] = ["weights", "reference", "reward-model", "critic", "optimizer", "engine"];

/**
 * Fused experts that a quantised base leaves in two bytes are the checkpoint's own tensors: a count, which no measurement
 * corrects. They are up to nine tenths of what a mixture holds, where little of its kind was measured.
 */
const WHOLE: readonly string[] = ["unquantised-experts"];

/** Bytes among some lines that no measurement corrects. */
export function heldBytes(lines: readonly MemoryLine[]): number {
  const bytesOf = (ids: readonly string[]): number =>
    lines.reduce((sum, { id, bytes }) => sum + (ids.includes(id) ? bytes : 0), 0);
  return HELD_SHARE * bytesOf(CERTAIN) + bytesOf(WHOLE);
}

/** Gradients are certain where they are held whole; measurements correct them, since libraries free some early. */
const STATE: readonly string[] = [...CERTAIN, ...WHOLE, "gradients", "adapter-gradients"];

/** Most bytes of weights, gradients and optimizer state that are live at once among some lines. */
export function stateBytes(lines: readonly MemoryLine[]): number {
  const state = lines.filter(({ id, kind }) => kind === "allocated" && STATE.includes(id));
  const gibAt = (instant: Instant): number =>
    state.reduce((sum, { bytes, instants }) => sum + (instants.includes(instant) ? bytes : 0), 0);
  return Math.max(0, ...state.flatMap(({ instants }) => instants).map(gibAt));
}

const SOURCES = [
  "docs/concepts/training-model.md §1.1-1.6: closed form read off fms-acceleration, MLPerf, litgpt, torchtune and AgileRL runs",
];

/**
 * Peak of one kind by physics, GiB: `whole` where there is room, `least` where a full card has freed what can leave it,
 * and the room that the card has for it. Weights, gradients and optimizer state take `stateGib` of it.
 */
export type Peak = { whole: Physics; least: Physics; stateGib: number; roomGib: number; leaves: string };

/** The peak that physics says is the largest. */
export function largestPeak(peaks: readonly Peak[]): Peak {
  return peaks.reduce((best, peak) => (peak.whole.physics > best.whole.physics ? peak : best));
}

/**
 * An estimate in GiB: what is held stands, and the rest has the range of measurements. Ends of the range beyond the card
 * are less by what leaves a full card, down to its capacity, so that only what stays must fit. Of several peaks each is
 * corrected, and each end of the range is that of the largest: where measurements lie below physics, an instant that
 * mostly holds weights and budgets outgrows one that is mostly activations. What a user measured of other runs never says
 * that this one's weights, gradients and optimizer state are not there.
 *
 * @source Dettmers et al. 2023, arXiv:2305.14314 §3: paged optimizers; torch's caching allocator frees its cache before it
 *   reports that memory is out
 */
export function correctedGib(peaks: readonly Peak[], correction: Correction | Refusal): Quantity {
  if ("refused" in correction) return correction;
  const { whole, least, roomGib, leaves } = largestPeak(peaks);
  const { n, sources, isOwn } = correction;
  const leastGib = isOwn ? Math.max(...peaks.map(({ stateGib }) => stateGib)) : 0;
  const peakAt = (factor: number): number => Math.max(leastGib, ...peaks.map((peak) => correctedPeak(factor, peak)));
  const isFull = correctedBy(correction.p90, whole) > roomGib && least.physics < whole.physics;
  const isState = Math.max(...peaks.map((peak) => correctedPeak(correction.p10, peak))) < leastGib;
  const freed = `; where that is more than the card's ${roomGib.toFixed(2)} GiB, ${leaves} leave it: ${partsText(least)} × the same`;
  return {
    p10: peakAt(correction.p10),
    p50: peakAt(correction.p50),
    p90: peakAt(correction.p90),
    unit: "GiB",
    basis: `closed form of ${whole.physics.toPrecision(4)} GiB: ${partsText(whole)} ${correction.basis}${isFull ? freed : ""}${othersText(peaks, correction)}${isState ? stateText(leastGib) : ""}`,
    n,
    sources: [...SOURCES, ...sources],
  };
}

function stateText(leastGib: number): string {
  return `; at least weights, gradients and optimizer state, ${leastGib.toPrecision(4)} GiB`;
}

function correctedPeak(factor: number, { whole, least, roomGib }: Peak): number {
  return Math.min(correctedBy(factor, whole), Math.max(roomGib, correctedBy(factor, least)));
}

/** Peaks below the largest of physics that an end of the range is of. */
function othersText(peaks: readonly Peak[], { p10, p50, p90 }: Range): string {
  const largest = largestPeak(peaks);
  return peaks
    .filter((peak) => [p10, p50, p90].some((factor) => correctedPeak(factor, peak) > correctedPeak(factor, largest)))
    .map(({ whole }) => `; at least that of another GPU or instant: ${partsText(whole)} × the same`)
    .join("");
}

function partsText({ physics, held }: Physics): string {
  return `${held > 0 ? `${held.toPrecision(4)} GiB held + ` : ""}${(physics - held).toPrecision(4)} GiB`;
}

/**
 * Live tensors are part of what is reserved, and that of what the device shows. Where ranges made from different sources
 * would cross, those of the smaller kinds end where the larger one's does, since what the device shows is what is asked
 * for and measured most; but what a user has measured stands, and the larger kinds are at least that.
 */
export function nested(
  { allocated, reserved, device }: Readonly<Record<MemoryKind, Quantity>>,
  isOwn: Readonly<Record<MemoryKind, boolean>>,
): Record<MemoryKind, Quantity> {
  const isReservedRisen = isOwn.allocated && !isOwn.reserved;
  const risen = isReservedRisen ? bounded(reserved, allocated, "least") : reserved;
  const isDeviceRisen = (isOwn.reserved || isReservedRisen) && !isOwn.device;
  const card = isDeviceRisen ? bounded(device, risen, "least") : device;
  const held = bounded(risen, card, "most");
  return { allocated: bounded(allocated, held, "most"), reserved: held, device: card };
}

function bounded(quantity: Quantity, bound: Quantity, which: "least" | "most"): Quantity {
  if (isRefusal(quantity) || isRefusal(bound)) return quantity;
  const pick = which === "least" ? Math.max : Math.min;
  const boundedAt = (end: "p10" | "p50" | "p90"): number => pick(quantity[end], bound[end]);
  const [p10, p50, p90] = [boundedAt("p10"), boundedAt("p50"), boundedAt("p90")];
  if (p10 === quantity.p10 && p50 === quantity.p50 && p90 === quantity.p90) return quantity;
  const ends = [bound.p10, bound.p50, bound.p90].map((value) => value.toFixed(2)).join(", ");
  const kind = which === "least" ? "at least what you measured of live tensors" : "at most what the card takes in all";
  return { ...quantity, p10, p50, p90, basis: `${quantity.basis}; ${kind}, ${ends}` };
}
