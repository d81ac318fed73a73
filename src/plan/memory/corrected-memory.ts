import { isRefusal, type Quantity, type Refusal } from "../../domain/estimate.ts";
import type { Instant, MemoryKind, MemoryLine } from "../../domain/memory-plan.ts";
import type { Correction } from "../calibration/look-up.ts";
import { correctedBy, type Physics } from "../calibration/uncertain-part.ts";
import type { Range } from "../uncertainty/lognormal.ts";

/**
 * Share of the certain part that measurements do not calibrate. They calibrate the rest, and all of the uncertain part:
 * if measurements differ by 30 %, weights are assumed to differ by 5 %.
 *
 * @source leave-one-source-out on the published measurements: with shares of 0.7 to 0.97, 86 to 87 % of the rows lie
 *   between p10 and p90. The p90 of 70B in 4 bits falls from 1.7 to 1.3 times the p50 up to this share, and little
 *   beyond it
 */
const HELD_SHARE = 0.85;

/** Terms whose bytes follow from counts of parameters and formats, and the fixed budget of an engine. */
const CERTAIN: readonly string[] = ["weights", "reference", "reward-model", "critic", "optimizer", "engine"];

/**
 * Fused experts that a quantised base leaves in two bytes are the checkpoint's own tensors: a count that measurements
 * do not calibrate. They are up to nine tenths of a mixture of experts, for which there are few measurements.
 */
const WHOLE: readonly string[] = ["unquantised-experts"];

/** Bytes of the lines' parts that measurements do not calibrate. */
export function heldBytes(lines: readonly MemoryLine[]): number {
  const bytesOf = (ids: readonly string[]): number =>
    lines.reduce((sum, { id, bytes }) => sum + (ids.includes(id) ? bytes : 0), 0);
  return HELD_SHARE * bytesOf(CERTAIN) + bytesOf(WHOLE);
}

/**
 * Terms of the state. Gradients are certain if all of them are held at once; measurements calibrate them because some
 * libraries free them early.
 */
const STATE: readonly string[] = [...CERTAIN, ...WHOLE, "gradients", "adapter-gradients"];

/** Peak of the simultaneously live bytes of weights, gradients and optimizer state in the lines. */
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
 * Peak of one kind by physics, GiB: `whole` with enough free memory, `least` after a full GPU has freed all that it
 * can, and the capacity of the GPU. Weights, gradients and optimizer state take `stateGib` of it.
 */
export type Peak = { whole: Physics; least: Physics; stateGib: number; roomGib: number; leaves: string };

/** The largest peak by physics. */
export function largestPeak(peaks: readonly Peak[]): Peak {
  return peaks.reduce((best, peak) => (peak.whole.physics > best.whole.physics ? peak : best));
}

/**
 * An estimate in GiB: the held part is fixed, and the rest has the range of the measurements. An end of the range above
 * the capacity is reduced by the memory that a full GPU can free, but not below the capacity, so that only the
 * remainder must fit. Each of several peaks is calibrated, and each end of the range is that of the largest peak: if
 * measurements are below physics, an instant with mostly weights and budgets exceeds one with mostly activations. A
 * user's measurements of other runs never reduce an estimate below the weights, gradients and optimizer state of this
 * run.
 *
 * @source Dettmers et al. 2023, arXiv:2305.14314 §3: paged optimizers; torch's caching allocator frees its cache before
 *   it reports that it is out of memory
 */
export function correctedGib(peaks: readonly Peak[], correction: Correction | Refusal): Quantity {
  if ("refused" in correction) return correction;
  const { whole, least, roomGib, leaves } = largestPeak(peaks);
  const { n, sources, isOwn } = correction;
  const leastGib = isOwn ? Math.max(...peaks.map(({ stateGib }) => stateGib)) : 0;
  const peakAt = (factor: number): number => Math.max(leastGib, ...peaks.map((peak) => correctedPeak(factor, peak)));
  const isFull = correctedBy(correction.p90, whole) > roomGib && least.physics < whole.physics;
  const isState = Math.max(...peaks.map((peak) => correctedPeak(correction.p10, peak))) < leastGib;
  const freed = `; if that exceeds the GPU's ${roomGib.toFixed(2)} GiB, ${leaves} are freed: ${partsText(least)} × the same`;
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

/** Text of the peaks below the largest by physics that determine an end of the range. */
function othersText(peaks: readonly Peak[], { p10, p50, p90 }: Range): string {
  const largest = largestPeak(peaks);
  return peaks
    .filter((peak) => [p10, p50, p90].some((factor) => correctedPeak(factor, peak) > correctedPeak(factor, largest)))
    .map(({ whole }) => `; at least that of another GPU or instant: ${partsText(whole)} × the same`)
    .join("");
}

function partsText({ physics, held }: Physics): string {
  return `${held > 0 ? `${held.toPrecision(4)} GiB fixed + ` : ""}${(physics - held).toPrecision(4)} GiB`;
}

/**
 * Live tensors are part of reserved memory, which is part of device memory. If ranges from different sources would
 * cross, those of the smaller kinds are limited by the larger one, because device memory is requested and measured
 * most; but the user's own measurements take precedence, and the larger kinds are then at least as large.
 */
export function nested(
  { allocated, reserved, device }: Readonly<Record<MemoryKind, Quantity>>,
  isOwn: Readonly<Record<MemoryKind, boolean>>,
): Record<MemoryKind, Quantity> {
  const isReservedRisen = isOwn.allocated && !isOwn.reserved;
  const risen = isReservedRisen ? bounded(reserved, allocated, "least") : reserved;
  const isDeviceRisen = (isOwn.reserved || isReservedRisen) && !isOwn.device;
  const wholeDevice = isDeviceRisen ? bounded(device, risen, "least") : device;
  const held = bounded(risen, wholeDevice, "most");
  return { allocated: bounded(allocated, held, "most"), reserved: held, device: wholeDevice };
}

function bounded(quantity: Quantity, bound: Quantity, which: "least" | "most"): Quantity {
  if (isRefusal(quantity) || isRefusal(bound)) return quantity;
  const pick = which === "least" ? Math.max : Math.min;
  const boundedAt = (end: "p10" | "p50" | "p90"): number => pick(quantity[end], bound[end]);
  const [p10, p50, p90] = [boundedAt("p10"), boundedAt("p50"), boundedAt("p90")];
  if (p10 === quantity.p10 && p50 === quantity.p50 && p90 === quantity.p90) return quantity;
  const ends = [bound.p10, bound.p50, bound.p90].map((value) => value.toFixed(2)).join(", ");
  const kind = which === "least" ? "at least what you measured of live tensors" : "at most the memory of the GPU";
  return { ...quantity, p10, p50, p90, basis: `${quantity.basis}; ${kind}, ${ends}` };
}
