import { readRows } from "../../curate/pipeline/reading/read-rows.ts";
import { mostSynthetic } from "../../curate/synthetic/synthetic-stage.ts";
import type { SynthesisResult } from "../../domain/synthesis-result.ts";
import { type Candidate, type CheckOutcome, parted } from "./candidate.ts";
import type { LoadedSynthesis } from "./load-synthesis.ts";

/** Training rows of the programme: generated ones, and others. */
export type TrainingRows = { synthetic: number; other: number };

/**
 * Counts the training rows of the programme, except those of this synthesis; undefined without a programme with files.
 */
export async function trainingRows({ programmeFiles, pathOf }: LoadedSynthesis): Promise<TrainingRows | undefined> {
  const files = programmeFiles?.filter(({ role }) => role === "train" || role === "preference") ?? [];
  if (files.length === 0) return undefined;
  const counts = { synthetic: 0, other: 0 };
  for (const { path, origin, generated } of files) {
    for await (const { rows } of readRows(await pathOf(path), { source: path })) {
      counts[generated || origin === "synthetic" ? "synthetic" : "other"] += rows.length;
    }
  }
  return counts;
}

/** Drops the last rows if generated ones would exceed the limit among the training rows. */
export function checkShare(candidates: readonly Candidate[], training: TrainingRows, maxShare: number): CheckOutcome {
  const most = Math.max(0, mostSynthetic(training.other, maxShare) - training.synthetic);
  const beyond = new Set(candidates.slice(most));
  const detail = `${training.other} other rows allow ${most} generated ones at a share of ${maxShare}`;
  return parted(candidates, (candidate) => (beyond.has(candidate) ? { reason: "over-share", detail } : undefined));
}

/** The share of generated rows, given the number kept. */
export function shareOf(
  kept: number,
  training: TrainingRows | undefined,
  max: number | undefined,
): SynthesisResult["share"] {
  if (training === undefined) return null;
  const synthetic = training.synthetic + kept;
  const all = synthetic + training.other;
  return { synthetic, other: training.other, share: all === 0 ? 0 : synthetic / all, max: max ?? null };
}
