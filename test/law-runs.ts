/**
 * Number of runs of a law: the stated number in the long suite, which sets the seed of its laws (`test/full-seed.ts`),
 * and an eighth of that in the default suite.
 */
export function lawRuns(whole: number): number {
  return process.env["FC_SEED"] === undefined ? Math.ceil(whole / 8) : whole;
}
