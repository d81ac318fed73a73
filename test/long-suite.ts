import { test } from "vitest";

/** Whether this is the long suite, which sets the seed of its laws (`test/full-seed.ts`). */
const isLongSuite = process.env["FC_SEED"] !== undefined;

const omitted = Object.assign(() => undefined, {
  each: () => () => undefined,
  skipIf: () => omitted,
  runIf: () => omitted,
});

/**
 * `test` in the long suite, nothing in the default suite: for a slow test next to a quicker one of the main case in the
 * same `describe`. `vitest.config.ts` adds the files that import this one to the long suite.
 */
export const longTest = isLongSuite ? test : (omitted as unknown as typeof test);

/** Cases of a table: all of them in the long suite, the first few in the default suite. */
export function longCases<T>(few: number, cases: readonly T[]): readonly T[] {
  return isLongSuite ? cases : cases.slice(0, few);
}
