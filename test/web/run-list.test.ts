import fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { RunRow } from "../../src/domain/run-table.ts";
import { usualColumns } from "../../src/report/usual-columns.ts";
import { shortHashes } from "../../src/report/short-hashes.ts";
import { compareValues } from "../../src/report/value-order.ts";
import { type RunNode, tableNodes } from "../../src/web/parts/runs/run-nodes.ts";
import { shownCount, shownRange } from "../../src/web/parts/words.ts";
import { runsAsCsv } from "../../src/web/run-csv.ts";
import { clausesOf, groupKeys, queryOf, type RunView, viewOf } from "../../src/web/run-view.ts";

describe("a view of the list of runs", () => {
  test("is the same after its address was read again", () => {
    const view = fc.record({
      filter: fc.string(),
      columns: fc.option(fc.array(fc.string({ minLength: 1 }).map((key) => `params.${key}`)), { nil: undefined }),
      sorting: fc.option(fc.record({ id: fc.constantFrom("name", "cost", "metrics.a,b"), desc: fc.boolean() }), {
        nil: undefined,
      }),
      groupBy: fc.array(
        fc.string({ minLength: 1 }).map((key) => `tags.${key}`),
        { maxLength: 2 },
      ),
      isNested: fc.boolean(),
      isDeleted: fc.boolean(),
    });
    fc.assert(
      fc.property(view, ({ sorting, ...rest }) => {
        const given: RunView = { ...rest, sorting: sorting === undefined ? [] : [sorting] };
        expect(viewOf(new URLSearchParams(new URLSearchParams(queryOf(given)).toString()))).toEqual(given);
      }),
    );
  });

  test.each([
    ["llama", "run_name ILIKE '%llama%'"],
    [" Größe 8b-lora.r16 ", "run_name ILIKE '%Größe 8b-lora.r16%'"],
    ["", ""],
    ["metrics.loss", "metrics.loss"],
    ["params.lr = '0.1'", "params.lr = '0.1'"],
    ["status", "run_name ILIKE '%status%'"],
    ["lr is null", "lr is null"],
    ["it's", "it's"],
    ["50%", "50%"],
  ])("sends the filter %s as %s", (typed, sent) => {
    expect(clausesOf(typed)).toBe(sent);
  });

  test("shows losses of evaluation first, no metrics of the machine, and params that differ", () => {
    const keys = [
      { column: "metrics.system/cpu", runs: 9, values: null },
      { column: "metrics.learning_rate", runs: 9, values: null },
      { column: "metrics.train/loss", runs: 9, values: null },
      { column: "metrics.eval/loss", runs: 9, values: null },
      { column: "params.model", runs: 9, values: 1 },
      { column: "params.data_seed", runs: 9, values: 9 },
      { column: "params.lr", runs: 9, values: 4 },
    ];
    expect(usualColumns([...keys, { column: "dataset", runs: 1, values: 1 }])[3]).toBe("dataset");
    expect(usualColumns(keys)).toEqual([
      "metrics.eval/loss",
      "metrics.train/loss",
      "metrics.learning_rate",
      "params.lr",
      "params.data_seed",
    ]);
  });
});

test("offers to group by experiment and dataset, then by params that differ, and by MLflow's own tags last", () => {
  const columns = ["metrics.loss", "tags.mlflow.user", "params.model", "tags.team", "params.lr", "dataset"];
  const keys = columns.map((column) => ({ column, runs: 3, values: column === "params.lr" ? 2 : null }));
  expect(groupKeys(keys).map(({ name }) => name)).toEqual([
    "experiment",
    "dataset",
    "params.lr",
    "tags.team",
    "params.model",
    "tags.mlflow.user",
  ]);
});

describe("values of params and datasets", () => {
  test("are in the order of their numbers, then of their words; no value is last", () => {
    const values = ["adam", null, "0.0003", "2e-05", "10", "1e-4", "Adam 2", "-1", "adam 10"];
    const byHand = ["-1", "2e-05", "1e-4", "0.0003", "10", "adam", "Adam 2", "adam 10", null];
    expect(values.toSorted(compareValues)).toEqual(byHand);
  });

  test("have short hashes, and whole digests of another kind", () => {
    const hash = "3fa9c1d2e4f5a6b7c8d9e0f112233445";
    expect(shortHashes(`rows ${hash}, eval 88aa01ff, v 2026-11-30-version-1`)).toBe(
      "rows 3fa9c1d2e4f5, eval 88aa01ff, v 2026-11-30-version-1",
    );
  });

  test("span a range whose ends differ", () => {
    expect([shownRange(0.48123, 0.54771), shownRange(1.0001, 1.0002)]).toEqual(["0.481 to 0.548", "1.0001 to 1.0002"]);
    expect([shownRange(-6, 11996), shownRange(0, 1e300)]).toEqual(["-6 to 11996", "0 to 1e+300"]);
  });
});

const RUN: RunRow = {
  id: "a".repeat(32),
  name: 'say "hi", you',
  experiment: "=cmd()",
  experimentId: "1",
  parentRunId: null,
  status: "FINISHED",
  user: "ada",
  startedAt: "2026-01-01T00:00:00.000Z",
  endedAt: null,
  lastSeenAt: null,
  activeSec: 1.5,
  costUsd: null,
  usdPerHour: null,
  costNote: "",
  group: null,
  values: [-0.25, "-1e-4", "NaN", null],
};

describe("runs as CSV", () => {
  test("quotes what must be quoted, leaves numbers, and lets no cell be a formula", () => {
    const text = runsAsCsv([RUN], ["metrics.a", "params.lr", "metrics.b", "tags.c"]);
    expect(text.split("\n")[1]).toBe(
      `${"a".repeat(32)},"say ""hi"", you",'=cmd(),FINISHED,ada,2026-01-01T00:00:00.000Z,,1.5,,-0.25,-1e-4,NaN,`,
    );
  });
});

test("nested runs are all in sight, also those whose parents form a circle", () => {
  const run = (id: string, parentRunId: string | null): RunRow => ({ ...RUN, id, parentRunId });
  const rows = [run("a", null), run("b", "a"), run("c", "d"), run("d", "c"), run("e", "gone")];
  const view = viewOf(new URLSearchParams("nested=1"));
  const shown = tableNodes({ rows, grouped: null }, { ...view, isNested: true }) as RunNode[];
  expect(shown.map(({ id, children }) => [id, children.map((child) => child.id)])).toEqual([
    ["a", ["b"]],
    ["e", []],
    ["c", []],
    ["d", []],
  ]);
});

test("a count of one has its noun in the singular", () => {
  expect([0, 1, 1200].map((count) => shownCount(count, "entry", "entries"))).toEqual([
    "0 entries",
    "1 entry",
    `${(1200).toLocaleString()} entries`,
  ]);
  expect(shownCount(2, "run")).toBe("2 runs");
});
