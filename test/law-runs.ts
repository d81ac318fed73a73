/**
 * How often a law is tried: as often as it says in the long suite, which sets the seed of its laws (`test/full-seed.ts`),
 * and an eighth of that in the default one.
 */
export function lawRuns(whole: number): number {
  return process.env["FC_SEED"] === undefined ? Math.ceil(whole / 8) : whole;
}
