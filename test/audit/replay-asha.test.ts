import { existsSync, readFileSync } from "node:fs";

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { type CurveRun, replayAsha } from "../../src/audit/replay-asha.ts";
import { RungLimit } from "../../src/audit/rung-limit.ts";

const FOLDER = new URL("../../../shared/data/sweeps/", import.meta.url);
const present = existsSync(FOLDER);

type Golden = { runs: { file: string; pruner: string; config_ids: number[]; steps_run: number[] }[] };

/** Validation losses of TaskSet: a row of nine other columns, then 51 values; nan, and more than 10^6, as 10^6. */
function curves(file: string, ids: readonly number[]): CurveRun[] {
  const rows = readFileSync(new URL(`taskset/${file}`, FOLDER), "utf8")
    .trim()
    .split("\n")
    .slice(1);
  return ids.map((id) => ({
    id: String(id),
    name: "",
    usd: null,
    points: rows[id]!.split(",")
      .slice(9)
      .map((text, index) => [index + 1, Math.min(Number.isNaN(Number(text)) ? 1e6 : Number(text), 1e6)] as const),
  }));
}

describe.skipIf(!present)(`decisions of Optuna${present ? "" : " (skipped: ../shared is absent)"}`, () => {
  test.each([
    ["sha_min2_eta3_s0", { minResource: 2, eta: 3 }],
    ["sha_min3_eta4_s0", { minResource: 3, eta: 4 }],
  ])(
    "%s: every run of six recorded searches is stopped at the step at which Optuna 4.1 stops it",
    (pruner, settings) => {
      const { runs } = JSON.parse(readFileSync(new URL("golden.json", FOLDER), "utf8")) as Golden;
      const recorded = runs.filter((run) => run.pruner === pruner);
      expect(recorded).toHaveLength(6);
      for (const { file, config_ids: ids, steps_run: wanted } of recorded) {
        expect(replayAsha(curves(file, ids), settings).map(({ stoppedAt }) => stoppedAt)).toEqual(wanted);
      }
    },
  );
});

test("a diverged run is stopped at its first rung once another was better", () => {
  const run = (id: string, value: number): CurveRun => ({
    id,
    name: id,
    usd: 1,
    points: Array.from({ length: 9 }, (_, index) => [index + 1, value] as const),
  });
  const stopped = replayAsha([run("good", 1), run("bad", Number.NaN)], { minResource: 1, eta: 3 });
  expect(stopped.map(({ stoppedAt }) => stoppedAt)).toEqual([9, 1]);
});

test("the limit of a rung is the value that sorting all values gives, whatever their order", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 60 }),
      fc.integer({ min: 2, max: 5 }),
      (values, eta) => {
        const limit = new RungLimit(eta);
        for (const [index, value] of values.entries()) {
          const sorted = values.slice(0, index + 1).toSorted((a, b) => a - b);
          expect(limit.add(value)).toBe(sorted[Math.max(1, Math.floor(sorted.length / eta)) - 1]);
        }
      },
    ),
    { seed: 22, numRuns: 100 },
  );
});
