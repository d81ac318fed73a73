/** Steps at which trials are compared, ascending, all below `maxSteps`: `minSteps × eta^n`. */
export function geometricRungs(minSteps: number, eta: number, maxSteps: number): number[] {
  const rungs: number[] = [];
  for (let step = minSteps; step < maxSteps; step *= eta) rungs.push(Math.round(step));
  return rungs;
}

/**
 * Rungs of the promotion type. A last rung that is closer to the end than √eta is merged with the end, because it would
 * pause a trial shortly before its end.
 */
export function promotionRungs(minSteps: number, eta: number, maxSteps: number): number[] {
  const rungs = geometricRungs(minSteps, eta, maxSteps);
  return rungs.length > 1 && maxSteps / rungs.at(-1)! < Math.sqrt(eta) ? rungs.slice(0, -1) : rungs;
}

/** Rungs moved up to multiples of `every` steps, the steps at which the metric is known. */
export function rungsAtMultiples(rungs: readonly number[], every: number, maxSteps: number): number[] {
  const moved = rungs.map((rung) => Math.ceil(rung / every) * every).filter((rung) => rung < maxSteps);
  return [...new Set(moved)];
}

/** Average number of steps per trial if each rung lets one in `step ratio` continue. */
export function expectedSteps(rungs: readonly number[], maxSteps: number): number {
  const ends = [...rungs, maxSteps];
  let share = 1;
  let before = 0;
  let steps = 0;
  for (const end of ends) {
    steps += share * (end - before);
    share *= end === maxSteps ? 1 : end / ends[ends.indexOf(end) + 1]!;
    before = end;
  }
  return steps;
}

/** Average number of starts of a trial that pauses at each rung, where one in `step ratio` continues. */
export function expectedStarts(rungs: readonly number[], maxSteps: number): number {
  const ends = [...rungs, maxSteps];
  let share = 1;
  return ends.reduce((starts, end, index) => {
    const before = share;
    share *= end / (ends[index + 1] ?? end);
    return starts + before;
  }, 0);
}
