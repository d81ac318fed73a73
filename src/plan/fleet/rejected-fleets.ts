import type { FleetRejection, RejectedFleet, RejectedFleets } from "../../domain/fleet-search.ts";
import type { Term } from "../../domain/price.ts";
import { layoutText } from "./fleet-layout.ts";
import type { LaidOut } from "./enumerate-fleets.ts";
import type { MicroBatch } from "./micro-batch.ts";

/** Candidates that were rejected together: each micro-batch and term of one layout. */
type Rejected = {
  fleet: Pick<LaidOut, "gpu" | "layout">;
  batches: readonly MicroBatch[];
  terms: readonly Term[];
  reason: FleetRejection;
  /** Returns the reason for one of them; computed on access. */
  why: (batch: MicroBatch, term: Term) => string;
};

/** A list of rejected candidates, with counts and single entries. */
export type Rejections = {
  add: (rejected: Rejected) => void;
  groups: () => RejectedFleets[];
  each: () => RejectedFleet[];
};

/** Creates an empty list. Every candidate is either in it or an option. */
export function rejectedFleets(): Rejections {
  const all: Rejected[] = [];
  return {
    add: (rejected) => {
      if (rejected.batches.length > 0 && rejected.terms.length > 0) all.push(rejected);
    },
    groups: () => groups(all),
    each: () =>
      all.flatMap((rejected) =>
        rejected.batches.flatMap((batch) =>
          rejected.terms.map((term) => ({
            fleet: candidateText(rejected.fleet, batch, term),
            reason: rejected.reason,
            why: rejected.why(batch, term),
          })),
        ),
      ),
  };
}

/** One row per reason and GPU. The example is the candidate that came closest: the last layout that was tried. */
function groups(all: readonly Rejected[]): RejectedFleets[] {
  const found = new Map<string, { count: number; terms: Set<Term>; last: Rejected }>();
  for (const rejected of all) {
    const key = `${rejected.reason} ${rejected.fleet.gpu.id}`;
    const group = found.get(key) ?? { count: 0, terms: new Set(), last: rejected };
    for (const term of rejected.terms) group.terms.add(term);
    const count = group.count + rejected.batches.length * rejected.terms.length;
    found.set(key, { count, terms: group.terms, last: rejected });
  }
  return [...found.values()].map(({ count, terms, last }) => {
    const [batch, term] = [last.batches[0]!, last.terms[0]!];
    const { fleet, reason, why } = last;
    const row = { reason, gpu: fleet.gpu.id, terms: [...terms], count };
    return { ...row, example: `${candidateText(fleet, batch, term)}: ${why(batch, term)}` };
  });
}

/** Text of a candidate: `2 × L40S spot, fsdp, 1 × 4 steps`. */
export function candidateText({ gpu, layout }: Pick<LaidOut, "gpu" | "layout">, batch: MicroBatch, term: Term): string {
  const split = layout.gpuCount === 1 ? "" : `, ${layoutText(layout)}`;
  return `${layout.gpuCount} × ${gpu.id} ${term}${split}, ${batchText(batch)}`;
}

/** Text of a micro-batch: `4`, or `1 × 4 steps` if it is accumulated. */
export function batchText({ batchSequences, gradAccum }: MicroBatch): string {
  return gradAccum === 1 ? `batch ${batchSequences}` : `batch ${batchSequences} × ${gradAccum} steps`;
}
