import type { WatchedRequest } from "../domain/watch-import.ts";
import { batchMean, type Observation, predictionPoweredMean, type SeriesBatch } from "../statistics/index.ts";
import type { RequestBatch } from "./distance-series.ts";

/** Minimum number of human labels in a window, and in the reference, for an alarm. */
export const FEWEST_LABELS = 200;

/** Minimum number of labels in a batch. */
export const FEWEST_BATCH_LABELS = 10;

/** Inputs of a corrected rate: a cheap verdict on each request, and human labels on some. Each is 1 or 0. */
export type Correction = {
  proxyOf: (request: WatchedRequest) => number | null;
  labels: ReadonlyMap<string, number>;
};

/** A corrected rate over time; `rows` of a batch are its labels. */
export type CorrectedSeries = {
  reference: SeriesBatch[];
  watched: SeriesBatch[];
  /** Rate of the reference. */
  level: number;
  /** Labels of the reference. */
  labels: number;
  /** Weight of the cheap verdicts, 0 to 1, as determined from the reference. */
  weight: number;
  /** Minimum variance of one labelled row. */
  rowVariance: number;
};

type Rows = { labelled: Pair[]; unlabelled: Observation[] };
type Pair = { label: number; proxy: number; cluster: string };

/**
 * A rate from human labels that uses the cheap verdicts on all other rows as far as they help (PPI++). The weight is
 * determined once, from the reference, so that all batches are estimated in the same way; the error is clustered by
 * user. Undefined if no batch of the reference has 10 labels.
 *
 * @source Angelopoulos, Duchi and Zrnic 2023, "PPI++", arXiv:2311.01453
 */
export function correctedSeries(
  sides: { reference: readonly RequestBatch[]; watched: readonly RequestBatch[] },
  correction: Correction,
): CorrectedSeries | undefined {
  const read = ({ index, requests }: RequestBatch): { index: number; rows: Rows } => ({
    index,
    rows: rowsOf(requests, correction),
  });
  const isLabelled = ({ rows }: { rows: Rows }): boolean => rows.labelled.length >= FEWEST_BATCH_LABELS;
  const reference = sides.reference.map(read).filter(isLabelled);
  if (reference.length === 0) return undefined;
  const labelled = reference.flatMap(({ rows }) => rows.labelled);
  const { lambda, estimate } = predictionPoweredMean({
    labels: labelled.map(({ label }) => label),
    judged: labelled.map(({ proxy }) => proxy),
    unlabelled: reference.flatMap(({ rows }) => rows.unlabelled.map(({ value }) => value)),
  });
  const about = { weight: lambda, level: estimate };
  const smoothed = (hits: number): number => (hits + 0.5) / (labelled.length + 1);
  const wrong = smoothed(labelled.filter(({ label, proxy }) => label !== proxy).length);
  const positive = smoothed(labelled.filter(({ label }) => label === 1).length);
  return {
    reference: reference.map((batch) => batchOf(batch, about)),
    watched: sides.watched
      .map(read)
      .filter(isLabelled)
      .map((batch) => batchOf(batch, about)),
    level: estimate,
    labels: labelled.length,
    weight: lambda,
    rowVariance: lambda * wrong * (1 - wrong) + (1 - lambda) * positive * (1 - positive),
  };
}

function rowsOf(requests: readonly WatchedRequest[], { proxyOf, labels }: Correction): Rows {
  const rows: Rows = { labelled: [], unlabelled: [] };
  for (const request of requests) {
    const proxy = proxyOf(request);
    if (proxy === null) continue;
    const cluster = request.user ?? request.id;
    const label = labels.get(request.id);
    if (label === undefined) rows.unlabelled.push({ value: proxy, cluster, stratum: 0 });
    else rows.labelled.push({ label, proxy, cluster });
  }
  return rows;
}

/**
 * The rate of a batch minus that of the reference: weight · mean of the verdicts + mean of (label - weight · verdict).
 */
function batchOf(
  { index, rows: { labelled, unlabelled } }: { index: number; rows: Rows },
  { weight, level }: { weight: number; level: number },
): SeriesBatch {
  const used = unlabelled.length === 0 ? 0 : weight;
  const corrected = batchMean(
    index,
    labelled.map(({ label, proxy, cluster }) => ({ value: label - used * proxy, cluster, stratum: 0 })),
  );
  const judged = used === 0 ? { mean: 0, standardError: 0 } : batchMean(index, unlabelled);
  return {
    index,
    rows: labelled.length,
    mean: used * judged.mean + corrected.mean - level,
    standardError: Math.hypot(used * judged.standardError, corrected.standardError),
  };
}
