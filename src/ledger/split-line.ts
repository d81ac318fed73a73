import { splitMoney } from "../base/money.ts";
import {
  type BilledRun,
  type BilledRuns,
  byResource,
  type Classified,
  classify,
  OF_MACHINE,
  overlapMs,
} from "./classify.ts";
import type { BillLine } from "./focus.ts";

/** A part of a bill line, in one class: the complete line, or the share of one run or of the time between runs. */
export type LinePart = Classified & { billedPico: bigint; effectivePico: bigint };

/** Machines are billed by the hour. */
const HOUR_MS = 3_600_000;

/** Maximum number of hours that are examined one by one. In a longer line, each slot is longer. */
const MOST_SLOTS = 20_000;

/**
 * The parts of a bill line, largest first. A line of a machine that runs used is split by its hours: an hour in which
 * runs were alive is assigned to them in proportion to their time in it; hours without a run form a part between or
 * around runs, as far as the line charges for more hours than those of the runs. Any other line is one part. The parts
 * sum to the line to the last digit.
 */
export function splitLine(line: BillLine, runs: BilledRuns): LinePart[] {
  const whole = classify(line, runs);
  const { billedPico, effectivePico } = line;
  if (whole.why !== OF_MACHINE) return [{ ...whole, billedPico, effectivePico }];
  const users = runs.byResource.get(line.resource!.toLowerCase())!.filter(({ alive }) => overlapMs(alive, line) > 0);
  if (users.length === 1 && line.endMs - line.startMs <= HOUR_MS) return [{ ...whole, billedPico, effectivePico }];
  return partsOf(line, sharesOf(line, users, runs));
}

type Share = { classified: Classified; ms: number };

function sharesOf(line: BillLine, users: readonly BilledRun[], runs: BilledRuns): Share[] {
  const used = new Map<string, Share>();
  const idle = new Map<string, Share>();
  const slotMs = Math.max(HOUR_MS, Math.ceil((line.endMs - line.startMs) / MOST_SLOTS));
  for (let startMs = line.startMs; startMs < line.endMs; startMs += slotMs) {
    const slot = { startMs, endMs: Math.min(startMs + slotMs, line.endMs) };
    const lengthMs = slot.endMs - startMs;
    const alive = users.map((run) => ({ run, ms: overlapMs(run.alive, slot) })).filter(({ ms }) => ms > 0);
    const aliveMs = alive.reduce((sum, { ms }) => sum + ms, 0);
    for (const { run, ms } of alive) addTo(used, ofUser(run), (lengthMs * ms) / aliveMs);
    if (alive.length === 0) addTo(idle, byResource({ ...line, ...slot }, runs)!, lengthMs);
  }
  const [usedMs, idleMs] = [sumOf(used), sumOf(idle)];
  const chargedMs = line.chargedHours === null ? usedMs + idleMs : line.chargedHours * HOUR_MS;
  const charged = idleMs === 0 ? 0 : Math.min(1, Math.max(0, chargedMs - usedMs) / idleMs);
  return [...used.values(), ...[...idle.values()].map(({ classified, ms }) => ({ classified, ms: ms * charged }))];
}

function ofUser({ id, isFailed }: BilledRun): Classified {
  return { class: isFailed ? "failed-run" : "run", runId: id, why: OF_MACHINE };
}

function addTo(shares: Map<string, Share>, classified: Classified, ms: number): void {
  const key = keyOf(classified);
  const known = shares.get(key);
  if (known === undefined) shares.set(key, { classified, ms });
  else known.ms += ms;
}

function sumOf(shares: ReadonlyMap<string, Share>): number {
  return [...shares.values()].reduce((sum, { ms }) => sum + ms, 0);
}

function partsOf(line: BillLine, shares: readonly Share[]): LinePart[] {
  const ordered = shares
    .map(({ classified, ms }) => ({ classified, ms: Math.round(ms) }))
    .filter(({ ms }) => ms > 0)
    .toSorted((a, b) => b.ms - a.ms || (keyOf(a.classified) < keyOf(b.classified) ? -1 : 1));
  const weights = ordered.map(({ ms }) => BigInt(ms));
  const billed = splitMoney(line.billedPico, weights);
  const effective = splitMoney(line.effectivePico, weights);
  const allMs = ordered.reduce((sum, { ms }) => sum + ms, 0);
  return ordered.map(({ classified, ms }, index) => ({
    ...classified,
    why: ordered.length === 1 ? classified.why : `${hours(ms)} of ${hours(allMs)} hours: ${classified.why}`,
    billedPico: billed[index]!,
    effectivePico: effective[index]!,
  }));
}

function keyOf({ class: name, runId, why }: Classified): string {
  return `${runId ?? ""} ${name} ${why}`;
}

function hours(ms: number): string {
  return String(Number((ms / HOUR_MS).toFixed(2)));
}
