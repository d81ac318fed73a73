/** Value at a share of a sorted list, between the two nearest. */
export function quantile(values, share) {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const position = share * (sorted.length - 1);
  const low = Math.floor(position);
  return sorted[low] + (position - low) * (sorted[Math.min(low + 1, sorted.length - 1)] - sorted[low]);
}

/**
 * Result of a tool on rows of one quantity, compared with us on the rows that both answer.
 *
 * @param rows  [{measured, theirs, ours, run}], `theirs` and `ours` undefined if refused
 * @returns rows answered, median and p90 of the absolute error and the median of the signed one in per cent; the same of
 *   both on shared rows; `ratio`, their median error over ours there; `closerPct`, the share of rows on which we are closer
 */
export function score(rows) {
  const percent = (estimate, { measured }) => (100 * (estimate - measured)) / measured;
  const answered = rows.filter(({ theirs }) => theirs !== undefined);
  const errors = answered.map((row) => percent(row.theirs, row));
  const shared = answered.filter(({ ours }) => ours !== undefined);
  const theirs = shared.map((row) => Math.abs(percent(row.theirs, row)));
  const ours = shared.map((row) => Math.abs(percent(row.ours, row)));
  const [theirMedian, ourMedian] = [quantile(theirs, 0.5), quantile(ours, 0.5)];
  return {
    answered: answered.length,
    ...summary(errors),
    medianBySourcePct: round(medianBySource(answered, errors.map(Math.abs))),
    shared: shared.length,
    theirMedianAbsErrorPct: round(theirMedian),
    ourMedianAbsErrorPct: round(ourMedian),
    ourMedianBySourcePct: round(medianBySource(shared, ours)),
    theirP90AbsErrorPct: round(quantile(theirs, 0.9)),
    ourP90AbsErrorPct: round(quantile(ours, 0.9)),
    ratio: ourMedian ? Number((theirMedian / ourMedian).toFixed(2)) : null,
    closerPct: shared.length
      ? Math.round((100 * shared.filter((_, i) => ours[i] < theirs[i]).length) / shared.length)
      : null,
  };
}

/** Median over sources of each source's median error: a sweep of a hundred runs by one source counts once. */
function medianBySource(rows, errors) {
  const bySource = new Map();
  for (const [index, error] of errors.entries()) {
    const source = rows[index].run?.source;
    bySource.set(source, [...(bySource.get(source) ?? []), error]);
  }
  return quantile(
    [...bySource.values()].map((each) => quantile(each, 0.5)),
    0.5,
  );
}

function summary(errors) {
  const absolute = errors.map(Math.abs);
  return {
    medianAbsErrorPct: round(quantile(absolute, 0.5)),
    p90AbsErrorPct: round(quantile(absolute, 0.9)),
    biasPct: round(quantile(errors, 0.5)),
  };
}

function round(value) {
  return value === null ? null : Number(value.toFixed(1));
}
