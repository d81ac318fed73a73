import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { CurveSet, LoggedKeys, RunTable, SavedViews } from "../../src/domain/run-table.ts";
import { groupFilter } from "../../src/report/group-filter.ts";
import { runsAsCsv } from "../../src/web/run-csv.ts";
import { RunCurves } from "../../src/domain/tracked-run.ts";
import { runHere } from "../cli/run-here.ts";
import { startTestServer, type TestServer } from "./start-test-server.ts";

let server: TestServer;
const ids: string[] = [];

async function log(name: string, body: { metrics?: object[]; params?: object[]; tags?: object[] }): Promise<void> {
  const created = await server.call("POST /api/2.0/mlflow/runs/create", {
    experiment_id: "0",
    run_name: name,
    start_time: 1_000 + ids.length,
    tags: body.tags ?? [],
  });
  const { run_id } = (created.json as { run: { info: { run_id: string } } }).run.info;
  await server.call("POST /api/2.0/mlflow/runs/log-batch", { run_id, metrics: [], params: [], ...body, tags: [] });
  ids.push(run_id);
}

beforeAll(async () => {
  server = await startTestServer();
  const at = { timestamp: 1, step: 1 };
  await log("a", {
    metrics: [
      { key: "loss", value: 0.5, ...at },
      { key: "system/gpu_0_utilization_percentage", value: 90, ...at },
    ],
    params: [{ key: "lr", value: "1e-4" }],
    tags: [{ key: "tunewright.usd_per_hour", value: "2.49" }],
  });
  const dataset = { name: "rows", digest: "d1", source_type: "local", source: "rows.jsonl" };
  await server.call("POST /api/2.0/mlflow/runs/log-inputs", { run_id: ids[0], datasets: [{ dataset }] });
  await log("b", { metrics: [{ key: "loss", value: "NaN", ...at }], params: [{ key: "lr", value: "1e-3" }] });
  await log("c", { tags: [{ key: "mlflow.parentRunId", value: ids[0] }] });
});
afterAll(() => server.end());

describe("runs as rows over REST", () => {
  test("returns the requested columns in their order, null if a run has no value, and the cost of a run", async () => {
    const { status, json } = await server.call("GET /api/v1/runs/table?column=params.lr&column=metrics.loss");
    expect(status).toBe(200);
    const { rows, hasMore } = RunTable.parse(json);
    expect(hasMore).toBe(false);
    expect(rows.map(({ name, values, parentRunId }) => ({ name, values, parentRunId }))).toEqual([
      { name: "c", values: [null, null], parentRunId: ids[0] },
      { name: "b", values: ["1e-3", "NaN"], parentRunId: null },
      { name: "a", values: ["1e-4", 0.5], parentRunId: null },
    ]);
    expect(rows[2]!.costUsd).not.toBeNull();
    expect(rows[1]).toMatchObject({ costUsd: null, costNote: expect.stringContaining("gpu.type") as string });
  });

  test("counts the GPUs of several machines as the list of runs does, by the names of their metrics", async () => {
    const keys = ["node-1/gpu_0", "node-1/gpu_1", "node-2/gpu_0", "node-2/gpu_16"];
    await log("two machines", {
      metrics: keys.map((gpu) => ({ key: `system/${gpu}_utilization_percentage`, value: 90, timestamp: 1, step: 1 })),
      tags: [{ key: "tunewright.usd_per_gpu_hour", value: "2" }],
    });
    const filter = `filter=${encodeURIComponent("attributes.run_name = 'two machines'")}`;
    const [row] = RunTable.parse((await server.call(`GET /api/v1/runs/table?${filter}`)).json).rows;
    const listed = (await server.call(`GET /api/v1/runs?${filter}`)).json as { runs: { cost: object }[] };
    expect(row).toMatchObject({ usdPerHour: "8.00", costNote: "tag tunewright.usd_per_gpu_hour x 4 GPUs" });
    expect(listed.runs[0]!.cost).toMatchObject({ usdPerHour: "8.00" });
    await server.call("POST /api/2.0/mlflow/runs/delete", { run_id: ids.pop() });
  });

  test("filters in MLflow's grammar, and says what is wrong with a filter that does not parse", async () => {
    const found = await server.call(`GET /api/v1/runs/table?filter=${encodeURIComponent("metrics.loss < 1")}`);
    expect(RunTable.parse(found.json).rows.map(({ name }) => name)).toEqual(["a"]);
    const wrong = await server.call(`GET /api/v1/runs/table?filter=${encodeURIComponent("metrics.loss < 'x'")}`);
    expect(wrong.status).toBe(400);
    expect(JSON.stringify(wrong.json)).toContain("Expected numeric value type for metric");
    expect((await server.call("GET /api/v1/runs/table?column=loss")).status).toBe(400);
  });

  test("groups all matching runs by a key: means without NaN, those without the key in a group of their own", async () => {
    const query = "groupBy=params.lr&column=metrics.loss&column=params.lr&column=dataset";
    const { rows, grouped } = RunTable.parse((await server.call(`GET /api/v1/runs/table?${query}`)).json);
    expect(grouped!.groups).toMatchObject([
      {
        values: ["1e-4"],
        runs: 1,
        states: [{ state: "running", runs: 1 }],
        costUsd: rows[2]!.costUsd,
        unpriced: 0,
        usdPerHour: { lowest: "2.49", highest: "2.49" },
        columns: [{ mean: 0.5, finite: 1 }, { only: "1e-4" }, { only: "rows d1", different: 1, missing: 0 }],
      },
      {
        values: ["1e-3"],
        unpriced: 1,
        costUsd: null,
        columns: [{ mean: null, finite: 0, nan: 1, infinite: 0 }, {}, {}],
      },
      { values: [null], runs: 1, columns: [{ mean: null, missing: 1 }, { only: null }, { missing: 1 }] },
    ]);
    expect(rows.map(({ name, group, values }) => [name, group, values[2]])).toEqual([
      ["c", 2, null],
      ["b", 1, null],
      ["a", 0, "rows d1"],
    ]);
  });

  test("groups by two keys, and counts runs of which no row is requested", async () => {
    const query = "groupBy=dataset&groupBy=experiment&limit=0";
    const { rows, hasMore, grouped } = RunTable.parse((await server.call(`GET /api/v1/runs/table?${query}`)).json);
    expect([rows, hasMore, grouped!.runs, grouped!.hasMore]).toEqual([[], true, 3, false]);
    expect(grouped!.groups.map(({ values, runs }) => [values, runs])).toEqual([
      [["rows d1", "Default"], 1],
      [[null, "Default"], 2],
    ]);
    for (const wrong of ["metrics.loss", "status", "params."])
      expect((await server.call(`GET /api/v1/runs/table?groupBy=${wrong}`)).status, wrong).toBe(400);
    const three = "groupBy=dataset&groupBy=experiment&groupBy=params.lr";
    expect((await server.call(`GET /api/v1/runs/table?${three}`)).status).toBe(400);
  });

  test("counts the runs that have a key, and the different values of a param", async () => {
    const { keys } = LoggedKeys.parse((await server.call("GET /api/v1/runs/keys")).json);
    expect(keys).toContainEqual({ column: "metrics.loss", runs: 2, values: null });
    expect(keys).toContainEqual({ column: "params.lr", runs: 2, values: 2 });
    expect(keys).toContainEqual({ column: "dataset", runs: 1, values: 1 });
  });

  test("gives curves of several runs, at most twenty", async () => {
    const query = `run=${ids[0]}&run=${ids[1]}&key=loss`;
    const { runs } = CurveSet.parse((await server.call(`GET /api/v1/runs/curves?${query}`)).json);
    expect(runs.map(({ curves }) => curves[0]!.points)).toEqual([[[1, 1, 0.5]], [[1, 1, "NaN"]]]);
    const many = Array.from({ length: 21 }, () => `run=${ids[0]}`).join("&");
    expect((await server.call(`GET /api/v1/runs/curves?${many}`)).status).toBe(400);
  });

  test("gives the values of a metric at the steps of the points, for a chart with that metric across", async () => {
    const created = await server.call("POST /api/2.0/mlflow/runs/create", { experiment_id: "0" });
    const id = (created.json as { run: { info: { run_id: string } } }).run.info.run_id;
    const metric = (key: string, step: number, value: number | string): object => ({
      key,
      step,
      value,
      timestamp: step,
    });
    const epochs = [metric("epoch", 1, 0.5), metric("epoch", 1, 0.6), metric("epoch", 3, "NaN"), metric("epoch", 9, 4)];
    const metrics = [...[1, 2, 3].map((step) => metric("loss", step, step)), ...epochs];
    await server.call("POST /api/2.0/mlflow/runs/log-batch", { run_id: id, metrics, params: [], tags: [] });
    const read = async (x: string): Promise<unknown> =>
      RunCurves.parse((await server.call(`GET /api/v1/runs/${id}/metrics?key=loss${x}`)).json).x;
    expect(await read("&x=epoch")).toEqual([
      [1, 0.5],
      [1, 0.6],
      [3, "NaN"],
    ]);
    expect(await read("&x=none")).toEqual([]);
    expect(await read("")).toBeUndefined();
    const { runs } = CurveSet.parse((await server.call(`GET /api/v1/runs/curves?run=${id}&key=epoch&x=loss`)).json);
    expect(runs[0]!.x).toEqual([
      [1, 1],
      [3, 3],
    ]);
    await server.call("POST /api/2.0/mlflow/runs/delete", { run_id: id });
  });

  test("keeps a view by its name, replaces it, and gives it back when it is deleted", async () => {
    await server.call("POST /api/v1/views", { name: "best / of all", query: "sort=metrics.loss" });
    await server.call("POST /api/v1/views", { name: "best / of all", query: "sort=-metrics.loss" });
    const { views } = SavedViews.parse((await server.call("GET /api/v1/views")).json);
    expect(views).toMatchObject([{ name: "best / of all", query: "sort=-metrics.loss" }]);
    const path = `DELETE /api/v1/views/${encodeURIComponent("best / of all")}`;
    expect((await server.call(path)).json).toMatchObject({ query: "sort=-metrics.loss" });
    expect((await server.call(path)).status).toBe(404);
  });
});

test("the filter of a group finds exactly its runs, also those without the key", async () => {
  const { grouped } = RunTable.parse((await server.call("GET /api/v1/runs/table?groupBy=params.lr")).json);
  for (const { values, runs } of grouped!.groups) {
    const filter = groupFilter("attributes.run_name LIKE '%'", { by: grouped!.by, values })!;
    const found = await server.call(`GET /api/v1/runs/table?filter=${encodeURIComponent(filter)}`);
    expect(RunTable.parse(found.json).rows.length, filter).toBe(runs);
  }
  expect(groupFilter("", { by: ["dataset"], values: ["rows d1"] })).toBeUndefined();
  expect(groupFilter("", { by: ["tags.a b"], values: ["it's"] })).toBeUndefined();
});

describe("runs by commands", () => {
  const run = (...words: string[]) =>
    runHere(["runs", ...words], { cwd: server.dataDir, env: { TUNEWRIGHT_URL: server.url } });

  test("compare shows the params and datasets that differ, the latest metrics and the cost, a column for each run", async () => {
    const { code, stdout, stderr } = await run("compare", ids[1]!.slice(0, 8), ids[0]!, "--quiet");
    expect(code, stderr).toBe(0);
    const lines = stdout.split("\n").map((line) => line.split(/ {2,}/).filter((cell) => cell !== ""));
    const heads = [ids[1]!.slice(0, 8), ids[0]!.slice(0, 8)];
    expect(lines).toEqual(
      expect.arrayContaining([
        ["run", ...heads],
        ["name", "b", "a"],
        ["param", ...heads],
        ["lr", "1e-3", "1e-4"],
        ["dataset rows", "none", "d1"],
        ["loss", "NaN", "0.5"],
        ["system/gpu_0_utilization_percentage", "none", "90"],
        ["the same in all runs: 0 params and datasets"],
      ]),
    );
    expect(lines.find(([head]) => head === "cost USD")).toEqual(["cost USD", "unknown", expect.stringMatching(/^0\./)]);
    expect(await run("compare", ids[0]!)).toMatchObject({ code: 2, stderr: expect.stringContaining("at least 2") });
  });

  test("list groups runs with the numbers of the page, and names a filter that finds a group", async () => {
    const words = ["list", "--group-by", "params.lr", "--column", "metrics.loss", "--order", "metrics.loss DESC"];
    const { json } = await server.call("GET /api/v1/runs/table?groupBy=params.lr&column=metrics.loss&limit=0");
    const page = RunTable.parse(json).grouped!;
    const listed = JSON.parse((await run(...words, "--json")).stdout) as typeof page;
    expect(listed).toMatchObject({ by: page.by, runs: page.runs, moreGroups: 0 });
    expect(listed.groups.map(({ values, columns }) => [values, columns])).toEqual(
      page.groups.map(({ values, columns }) => [values, columns]),
    );
    const { stdout, stderr } = await run(...words);
    const lines = stdout.split("\n").map((line) => line.split(/ {2,}/).filter((cell) => cell !== ""));
    expect(lines).toEqual(
      expect.arrayContaining([
        ["lr", "runs", "states", "loss: mean (range)", "cost USD"],
        ["1e-4", "1", "1 running", "0.5", expect.stringMatching(/^0\./)],
        ["1e-3", "1", "1 running", "1 NaN", "1 unknown"],
        ["not set", "1", "1 running", "1 without", "1 unknown"],
        ["total known", "3", expect.stringMatching(/^2 unknown, 0\./)],
        ["3 runs in 3 groups"],
      ]),
    );
    expect(stderr).toContain("next: tunewright runs list --filter 'params.lr = ");
  });

  test.each([
    [["--group-by", "params.lrr"], 3, /no run has params\.lrr[^]*did you mean "params\.lr"/],
    [["--column", "metrics.loss"], 2, /--column needs --group-by[^]*--group-by params\.KEY/],
    [["--group-by", "params.lr", "--page-token", "x"], 2, /groups have no pages[^]*--limit/],
    [["--group-by", "params.lr", "--order", "user"], 2, /groups cannot be ordered by user[^]*cost, runs/],
    [["--group-by", "metrics.loss"], 2, /must be params\.KEY, tags\.KEY, dataset or experiment/],
  ])("list with %j ends with %i", async (words, exit, message) => {
    const { code, stderr } = await run("list", ...words);
    expect(code).toBe(exit);
    expect(stderr).toMatch(message);
  });

  test("export writes a row for each run that a filter finds, and a column for each key", async () => {
    const { code, stdout } = await run("export", "--filter", "metrics.loss = 0.5", "--out", "best.csv");
    expect([code, stdout]).toEqual([0, "best.csv: 1 run, 18 columns\n"]);
    const [head, row] = (await readFile(join(server.dataDir, "best.csv"), "utf8")).split("\n");
    expect(head).toContain(
      "gpuHours,dataset,params.lr,metrics.loss,metrics.system/gpu_0_utilization_percentage,tags.mlflow.runName",
    );
    const { rows } = RunTable.parse((await server.call("GET /api/v1/runs/table?column=params.lr&column=dataset")).json);
    const onPage = runsAsCsv(rows, ["params.lr", "dataset"]).split("\n")[0]!.trim().split(",");
    expect(head!.trim().split(",")).toEqual(expect.arrayContaining(onPage)); // the page Runs names them alike
    expect(row).toMatch(new RegExp(`^${ids[0]!},a,Default,first,,RUNNING,.*,rows d1,1e-4,0.5,90,a,2.49$`));
  });
});
