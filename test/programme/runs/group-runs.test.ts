import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { formatMoney, parseMoney } from "../../../src/base/money.ts";
import { NumberSummary, RunGroup } from "../../../src/domain/run-group.ts";
import type { RunRow } from "../../../src/domain/run-table.ts";
import { groupRuns, type Ungrouped } from "../../../src/programme/runs/group-runs.ts";
import { listGroups } from "../../../src/programme/runs/list-groups.ts";

const NOW = Date.UTC(2026, 10, 30);

function run(key: string | null, part: Partial<RunRow>): Ungrouped {
  const row: Ungrouped["row"] = {
    id: "a",
    name: "a",
    experiment: "sft",
    experimentId: "1",
    parentRunId: null,
    status: "FINISHED",
    user: "ada",
    startedAt: "2026-01-01T00:00:00.000Z",
    endedAt: null,
    lastSeenAt: null,
    activeSec: 1,
    costUsd: null,
    usdPerHour: null,
    costNote: "",
    values: [null],
    ...part,
  };
  return { row, keys: [key] };
}

const group = (runs: readonly Ungrouped[]) => groupRuns(runs, { columns: ["metrics.loss"], nowMs: NOW });

describe("runs in groups", () => {
  test("have the mean of finite values with lowest and highest, the sum of known costs, and each state counted", () => {
    const silent = { status: "RUNNING", lastSeenAt: "2026-01-02T00:00:00.000Z" } as const;
    const { groups, places } = group([
      run("0.001", { values: [2], costUsd: "0.10", usdPerHour: "2.49", ...silent }),
      run(null, { values: ["Infinity"], user: "bo" }),
      run("0.001", { values: [1], costUsd: "0.20", usdPerHour: "1.99", startedAt: "2026-02-01T00:00:00.000Z" }),
      run("2e-4", { values: [5] }),
      run("0.001", { values: ["NaN"] }),
      run("0.001", { status: "FAILED", user: "bo" }),
    ]);
    expect(places).toEqual([1, 2, 1, 0, 1, 1]);
    expect(groups.map(({ values, runs }) => [values, runs])).toEqual([
      [["2e-4"], 1],
      [["0.001"], 4],
      [[null], 1],
    ]);
    // @source by hand
    expect(groups[1]).toMatchObject({
      states: [
        { state: "silent", runs: 1 },
        { state: "finished", runs: 2 },
        { state: "failed", runs: 1 },
      ],
      user: { only: null, different: 2, missing: 0 },
      newestAt: "2026-02-01T00:00:00.000Z",
      activeSec: 4,
      costUsd: "0.30",
      unpriced: 2,
      usdPerHour: { lowest: "1.99", highest: "2.49" },
      columns: [{ mean: 1.5, lowest: 1, highest: 2, finite: 2, nan: 1, infinite: 0, missing: 1 }],
    });
    expect(groups[2]).toMatchObject({ costUsd: null, columns: [{ mean: null, finite: 0, infinite: 1 }] });
  });

  test("lose no run, no value and no cent, and their means stay between lowest and highest", () => {
    const value = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant("NaN" as const));
    const one = fc
      .record({
        key: fc.constantFrom(null, "", "1e-4", "0.0001", "x"),
        value: fc.option(value),
        usd: fc.option(fc.bigInt({ min: 0n, max: 10n ** 15n }).map(formatMoney)),
      })
      .map(({ key, value: loss, usd }) => run(key, { values: [loss], costUsd: usd }));
    const sum = (costs: readonly (string | null)[]): bigint =>
      costs.reduce((total, usd) => total + parseMoney(usd ?? "0"), 0n);
    fc.assert(
      fc.property(fc.array(one), (runs) => {
        const { groups, places } = group(runs);
        for (const each of groups) RunGroup.parse(each); // a number that is not finite does not pass
        expect(groups.reduce((total, each) => total + each.runs, 0)).toBe(runs.length);
        for (const [index, place] of places.entries()) expect(groups[place]!.values).toEqual(runs[index]!.keys);
        expect(new Set(groups.map(({ values }) => values[0])).size).toBe(groups.length);
        expect(sum(groups.map(({ costUsd }) => costUsd))).toBe(sum(runs.map(({ row }) => row.costUsd)));
        for (const { columns, runs: size } of groups) {
          const { mean, lowest, highest, finite, nan, infinite, missing } = NumberSummary.parse(columns[0]);
          expect(finite + nan + infinite + missing).toBe(size);
          if (mean !== null) expect(lowest! <= mean && mean <= highest!).toBe(true);
        }
      }),
    );
  });

  test("are listed by cost, by size or by a mean; without a value last; an order that they lack is refused", () => {
    const { groups } = group([
      run("a", { values: [2], costUsd: "1" }),
      run("b", { values: [1], costUsd: "3" }),
      run("c", {}),
      run("c", {}),
    ]);
    const grouped = { by: ["params.k"], columns: ["metrics.loss"], groups, runs: 4, hasMore: false };
    const listed = (order: string[], limit = 9) =>
      listGroups(grouped, { order, limit }).groups.map(({ values }) => values[0]);
    expect(listed([])).toEqual(["a", "b", "c"]);
    expect(listed(["cost"])).toEqual(["b", "a", "c"]);
    expect(listed(["cost ASC"])).toEqual(["a", "b", "c"]);
    expect(listed(["runs"])).toEqual(["c", "a", "b"]);
    expect(listed(["metrics.loss"])).toEqual(["b", "a", "c"]);
    expect(listed(["metrics.loss DESC"])).toEqual(["a", "b", "c"]);
    expect(listed(["runs ASC", "metrics.loss"], 1)).toEqual(["b"]);
    expect(listGroups(grouped, { order: [], limit: 1 }).moreGroups).toBe(2);
    expect(() => listed(["metrics.acc"])).toThrow("groups cannot be ordered by metrics.acc");
  });
});
