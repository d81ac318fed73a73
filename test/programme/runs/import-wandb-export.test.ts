import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import type { RunImport } from "../../../src/domain/run-import.ts";
import { importRuns } from "../../../src/programme/runs/import-runs.ts";
import { openStore, type Store } from "../../../src/store/open-store.ts";
import { pythonLiteral } from "../../../src/catalog/importers/python-literal.ts";
import { catchFailureAsync } from "../../catch-failure.ts";
import { wandbFile } from "./wandb-file.ts";

const NOW = { nowMs: Date.parse("2026-11-29T12:00:00Z"), token: undefined };

let folder: string;
let store: Store;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tunewright-wandb-"));
  store = await openStore({ dataDir: join(folder, "data") }, () => new Date(NOW.nowMs));
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

async function exported(files: Readonly<Record<string, string>>): Promise<string> {
  const project = join(folder, "summaries");
  await mkdir(project);
  for (const [name, text] of Object.entries(files)) await writeFile(join(project, name), text);
  return project;
}

function imported(source: string): Promise<RunImport> {
  return importRuns(store, { source, skipArtifacts: false }, NOW);
}

/** Points as `run key step value timestamp`, in a total order. */
async function points(): Promise<string[]> {
  const rows = await store.db
    .selectFrom("points")
    .innerJoin("series", "series.series_no", "points.series_no")
    .innerJoin("runs", "runs.run_no", "series.run_no")
    .select(["runs.name", "series.key", "points.step", "points.value", "points.is_nan", "points.timestamp"])
    .orderBy("runs.name")
    .orderBy("series.key")
    .orderBy("points.step")
    .execute();
  return rows.map(
    (row) => `${row.name} ${row.key} ${row.step} ${row.is_nan === 1 ? "NaN" : row.value} ${row.timestamp}`,
  );
}

test("runs of W&B's client keep integers of 64 bits, and every tag, whatever its script", async () => {
  const config = { seed: "13205942837123456789", ids: "[9007199254740993,1]", lr: "0.0001", big: "1e22", nan: "NaN" };
  const tags = ["基线", "实验", "a b", "a_b", "x/y", "x_y", "..", "ü".repeat(300)];
  const file = wandbFile({ id: "abc", project: "voice", name: "wb-0", steps: 1, exitCode: 0, config, tags });
  await writeFile(join(folder, "run-abc.wandb"), file);
  await imported(join(folder, "run-abc.wandb"));
  const params = await store.db.selectFrom("run_params").select(["key", "value"]).orderBy("key").execute();
  expect(params.map(({ key, value }) => `${key}=${value}`)).toEqual([
    "big=1e+22",
    "ids=[9007199254740993,1]",
    "lr=0.0001",
    "nan=NaN",
    "seed=13205942837123456789",
  ]);
  const stored = await store.db
    .selectFrom("run_tags")
    .select(["key", "value"])
    .where("key", "like", "wandb.tag.%")
    .execute();
  expect(stored.map(({ value }) => value).toSorted()).toEqual(tags.toSorted());
  expect(stored).toContainEqual({ key: "wandb.tag.基线", value: "基线" });
  const seed = 13_205_942_837_123_456_789n;
  expect(pythonLiteral(`{'seed': ${seed}, 'lr': 0.10}`)).toEqual({ seed, lr: 0.1 });
});

test("rows of run.history() as pandas writes them are a run; an empty cell is no point", async () => {
  const source = await exported({
    "calm-sun-1.csv":
      ",_step,_runtime,_timestamp,train/loss,eval/loss\n" +
      "0,0,1.5,1764000000.25,2.5,\n1,10,2.5,1764000001.5,nan,1.5\n2,20,3.5,1764000002,0.5,\n",
  });
  const first = await imported(source);
  expect(first).toMatchObject({
    format: "wandb-export",
    experiments: 1,
    runs: { found: 1, imported: 1 },
    points: 4,
    stored: 4,
    agrees: true,
  });
  expect(await points()).toEqual([
    "calm-sun-1 eval/loss 10 1.5 1764000001500",
    "calm-sun-1 train/loss 0 2.5 1764000000250",
    "calm-sun-1 train/loss 10 NaN 1764000001500",
    "calm-sun-1 train/loss 20 0.5 1764000002000",
  ]);
  expect(await imported(source)).toMatchObject({ runs: { found: 1, imported: 0, unchanged: 1 }, agrees: true });
});

test("metrics and params whose keys are equal after cleaning stay apart, under the same keys in every row", async () => {
  const long = "é".repeat(260);
  const row = { 'a"b': 1, a_b: 2, "o/x": 3, o: { x: 4 }, [`${long}1`]: 5, [`${long}2`]: 6 };
  const rows = [0, 1].map((step) => JSON.stringify({ _step: step, _timestamp: 1, ...row }));
  const config = { 'k"': 1, k_: 2, "o/x": 3, o: { x: 4 } };
  const source = await exported({
    "apart.jsonl": rows.join("\n"),
    "table.jsonl": JSON.stringify({ name: "row", config, summary: { 's"': 1, s_: 2 } }),
  });
  expect(await imported(source)).toMatchObject({ points: 14, stored: 14, agrees: true });
  expect((await points()).map((line) => line.split(" ").slice(0, -1).join(" ")).toSorted()).toEqual(
    ["a_b 0 1", "a_b 1 1", "a_b 2 0 2", "a_b 2 1 2", "o/x 0 3", "o/x 1 3", "o/x 2 0 4", "o/x 2 1 4"]
      .concat([0, 1].flatMap((step) => [`${"é".repeat(250)} ${step} 5`, `${"é".repeat(240)} 2 ${step} 6`]))
      .map((line) => `apart ${line}`)
      .concat("row s_ 0 1", "row s_ 2 0 2")
      .toSorted(),
  );
  const params = await store.db.selectFrom("run_params").select(["key", "value"]).execute();
  expect(params.map(({ key, value }) => `${key}=${value}`).toSorted()).toEqual(["k_ 2=2", "k_=1", "o/x 2=4", "o/x=3"]);
});

test("rows of scan_history() as JSON Lines keep nested values, and NaN as Python writes it", async () => {
  const source = await exported({
    "a1b2c3d4_history.jsonl":
      '{"_step": 0, "_timestamp": 1764000000, "loss": NaN, "opt": {"lr": 0.1}, "note": "[NaN, x]"}\n' +
      '{"_step": 1, "_timestamp": 1764000001, "loss": -Infinity, "opt": {"lr": 0.05}}\n',
  });
  expect(await imported(source)).toMatchObject({
    points: 4,
    agrees: true,
    skipped: [{ what: "logged value that is not a number", count: 1 }],
  });
  expect(await points()).toEqual([
    "a1b2c3d4 loss 0 NaN 1764000000000",
    "a1b2c3d4 loss 1 -Infinity 1764000001000",
    "a1b2c3d4 opt/lr 0 0.1 1764000000000",
    "a1b2c3d4 opt/lr 1 0.05 1764000001000",
  ]);
});

test("the CSV of a chart has a run per name, and no bounds of intervals", async () => {
  const source = await exported({
    "chart.csv":
      '"Step","calm-sun-1 - loss","calm-sun-1 - loss__MIN","calm-sun-1 - loss__MAX","big - day - loss"\n' +
      '"0","2","1","3",""\n"100","1","0","2","4"\n',
  });
  const { runs, agrees } = await imported(join(source, "chart.csv"));
  expect({ runs: runs.imported, agrees }).toEqual({ runs: 2, agrees: true });
  const values = (await points()).map((text) => text.split(" ").slice(0, -1).join(" "));
  expect(values).toEqual(["big - day loss 100 4", "calm-sun-1 loss 0 2", "calm-sun-1 loss 100 1"]);
});

test("a table of runs gives params from config, as Python prints it, and one point per number of the summary", async () => {
  const source = await exported({
    "project.csv":
      ",summary,config,name\n" +
      "0,\"{'_step': 30, '_runtime': 12.5, '_timestamp': 1764000030.0, 'loss': 0.25, 'best': nan}\"," +
      "\"{'lr': 0.1, 'model': \"\"it's\"\", 'lora': {'r': 16}, 'fp16': True, '_wandb': {}}\",calm-sun-1\n" +
      "1,<Run>,<Run>,odd-one\n",
  });
  expect(await imported(source)).toMatchObject({
    runs: { found: 1, imported: 1 },
    points: 2,
    params: 4,
    skipped: [{ what: "run whose config and summary cannot be read", count: 1 }],
  });
  const params = await store.db.selectFrom("run_params").select(["key", "value"]).orderBy("key").execute();
  expect(params.map(({ key, value }) => `${key}=${value}`)).toEqual(["fp16=true", "lora/r=16", "lr=0.1", "model=it's"]);
  const run = await store.db.selectFrom("runs").select(["start_ms", "end_ms"]).executeTakeFirstOrThrow();
  expect(run).toEqual({ start_ms: 1764000017500, end_ms: 1764000030000 });
});

test("tables of something else are refused with what was expected", async () => {
  const source = await exported({ "prices.csv": "gpu,usd\nH100,2.49\n" });
  expect(
    await catchFailureAsync(() => importRuns(store, { source, format: "wandb-export", skipArtifacts: false }, NOW)),
  ).toMatchObject({
    kind: "bad_input",
    message: `${source} contains no W&B export`,
  });
});

test.each([
  ["{'a': 1, 'b': [1, 2.5e-3, None], 'c': (1, 2)}", { a: 1, b: [1, 0.0025, null], c: [1, 2] }],
  [String.raw`{'t': 'it\'s \x41\n', 'n': -inf, 'u': "\u00e9"}`, { t: "it's A\n", n: "-Infinity", u: "\u00e9" }],
  ['{"plain": true, "json": null}', { plain: true, json: null }],
  ["<wandb.Table object>", undefined],
  ["{'a': Timestamp('2026')}", undefined],
  ["{'a'", undefined],
])("a value as Python prints it: %s", (text, value) => {
  expect(pythonLiteral(text)).toEqual(value);
});
