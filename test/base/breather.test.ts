import { expect, test } from "vitest";

import { breather } from "../../src/base/breather.ts";
import { findDrops } from "../../src/curate/duplicates/find-drops.ts";
import { sketcher } from "../../src/curate/duplicates/sketches.ts";

/** Keeps the process busy for so many milliseconds. */
function busy(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

test("long work lets what waits run between its steps, short work does not stop", async () => {
  const breathe = breather();
  expect(breathe()).toBeUndefined();
  let heard = false;
  setImmediate(() => {
    heard = true;
  });
  busy(110);
  expect(heard).toBe(false);
  await breathe();
  expect(heard).toBe(true);
  expect(breathe()).toBeUndefined();
});

test("a signal is heard while rows are compared", async () => {
  const rows = 40;
  const sketching = sketcher((row, _shingles, keys) => {
    keys.add(7, row); // every row is a candidate of every other
  });
  for (let row = 0; row < rows; row++)
    sketching.add(row, { low: Uint32Array.of(row), high: Uint32Array.of(~row), count: 1, signs: 0, written: 0 });
  let heard = 0;
  setImmediate(() => (heard += 1));
  const match = (): undefined => {
    if (heard === 0) busy(10); // 40 rows take 400 ms, unless somebody is heard
    return undefined;
  };
  const working = findDrops(sketching.sketches(rows), { match });
  await working;
  expect(heard).toBe(1);
});
