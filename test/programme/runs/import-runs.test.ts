import { appendFile, mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { DatabaseSync } from "@photostructure/sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import type { RunImport } from "../../../src/domain/run-import.ts";
import { importRuns } from "../../../src/programme/runs/import-runs.ts";
import { openStore, type Store } from "../../../src/store/open-store.ts";
import { startTestServer } from "../../server/start-test-server.ts";
import { MLRUNS_RUN as RUN, writeMlruns } from "./foreign-trackers.ts";
import { fakeMlflowServer } from "./mlflow-fakes.ts";
import { wandbFile } from "./wandb-file.ts";
import { catchFailureAsync } from "../../catch-failure.ts";
import { longTest } from "../../long-suite.ts";

const OTHER = "b".repeat(32);
const NOW = { nowMs: Date.parse("2026-11-29T12:00:00Z"), token: undefined };

let folder: string;
let store: Store;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tunewright-import-"));
  store = await openStore({ dataDir: join(folder, "data") }, () => new Date(NOW.nowMs));
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

function imported(source: string): Promise<RunImport> {
  return importRuns(store, { source, skipArtifacts: false }, NOW);
}

/** Values of a metric by step, as they are stored. */
async function valuesOf(runId: string, key: string): Promise<(number | string)[]> {
  const points = await store.db
    .selectFrom("points")
    .innerJoin("series", "series.series_no", "points.series_no")
    .innerJoin("runs", "runs.run_no", "series.run_no")
    .select(["points.step", "points.value", "points.is_nan"])
    .where("runs.run_id", "=", runId)
    .where("series.key", "=", key)
    .orderBy("points.step")
    .execute();
  return points.map(({ value, is_nan }) => (is_nan === 1 ? "NaN" : value));
}

describe("runs of a folder of MLflow", () => {
  test("come with their points, params, tags, datasets and files, and a repeat changes nothing", async () => {
    const source = await writeMlruns(folder, "1 2.5 0\n2 nan 1\n3 -inf 2\n4 0.5 9223372036854775807\nbroken\n");
    const first = await imported(source);
    expect(first).toMatchObject({
      format: "mlflow-folder",
      experiments: 1,
      runs: { found: 1, imported: 1, updated: 0, unchanged: 0 },
      points: 4,
      stored: 4,
      params: 2,
      artifacts: { files: 1, bytes: 5, known: 0 },
      skipped: [{ what: "metric line that is not time, value and step", count: 1 }],
      agrees: true,
    });
    expect(await valuesOf(RUN, "train/loss")).toEqual([2.5, "NaN", Number.NEGATIVE_INFINITY, 0.5]);
    const run = await store.db.selectFrom("runs").selectAll().where("run_id", "=", RUN).executeTakeFirstOrThrow();
    expect(run).toMatchObject({ status: "FAILED", user_id: "ada", name: "trial 1", lifecycle_stage: "deleted" });
    const dataset = await store.db.selectFrom("datasets").selectAll().executeTakeFirstOrThrow();
    expect(dataset).toMatchObject({ name: "d", digest: "abcd1234" });
    expect(await store.db.selectFrom("activity").selectAll().execute()).toEqual([]);
    const again = await imported(source);
    expect(again).toMatchObject({
      runs: { imported: 0, updated: 0, unchanged: 1 },
      points: 0,
      stored: 4,
      agrees: true,
    });
  });

  test("that were imported in part are completed", async () => {
    const source = await writeMlruns(folder, "1 2.5 0\n2 1.5 1\n");
    await imported(source);
    // As if the import had been killed before the run was whole.
    await store.write((db) => db.deleteFrom("run_tags").where("key", "=", "tunewright.import.state").execute());
    await store.write((db) => db.deleteFrom("points").where("step", "=", 1).execute());
    expect(await imported(source)).toMatchObject({ runs: { updated: 1 }, stored: 2, agrees: true });
    expect(await valuesOf(RUN, "train/loss")).toEqual([2.5, 1.5]);
  });

  test("that get points, files and datasets after their end get them here too", async () => {
    const source = await writeMlruns(folder, "1 2.5 0\n");
    await imported(source);
    const run = join(source, "820896056614371479", RUN);
    await appendFile(join(run, "metrics/train/loss"), "2 1.5 1\n");
    await writeFile(join(run, "artifacts/late.txt"), "late");
    expect(await imported(source)).toMatchObject({
      runs: { updated: 1, unchanged: 0 },
      stored: 2,
      artifacts: { files: 1, known: 1 },
      agrees: true,
    });
    await writeFile(join(run, "artifacts/later.txt"), "later");
    expect(await imported(source)).toMatchObject({
      runs: { unchanged: 1 },
      points: 0,
      artifacts: { files: 1, known: 2 },
    });
    await mkdir(join(run, "inputs/2"));
    await writeFile(join(run, "inputs/2/meta.yaml"), "source_id: 9951\nsource_type: DATASET\n");
    await mkdir(join(run, "../datasets/9951"));
    await writeFile(join(run, "../datasets/9951/meta.yaml"), "digest: ef\nname: e\nsource: '{}'\nsource_type: local\n");
    expect(await imported(source)).toMatchObject({ runs: { updated: 1 } });
    expect(await store.db.selectFrom("datasets").select("name").orderBy("name").execute()).toEqual([
      { name: "d" },
      { name: "e" },
    ]);
  });

  test("of a deleted experiment are deleted runs, and traces are counted", async () => {
    const source = await writeMlruns(folder, "1 2.5 0\n");
    const experiment = join(source, "820896056614371479");
    await mkdir(join(experiment, "traces/tr-1"), { recursive: true });
    await mkdir(join(source, ".trash"));
    await rename(experiment, join(source, ".trash/820896056614371479"));
    await writeFile(join(source, ".trash/820896056614371479", RUN, "artifacts", "a\\b"), "not a name here");
    await mkdir(join(source, "0"));
    await writeFile(join(source, "0/meta.yaml"), "experiment_id: '0'\nname: Default\nlifecycle_stage: active\n");
    expect(await imported(source)).toMatchObject({
      runs: { found: 1, imported: 1 },
      artifacts: { files: 1 },
      skipped: [
        { what: "file whose name is not allowed here", count: 1 },
        { what: "trace (not imported)", count: 1 },
      ],
      agrees: true,
    });
    const run = await store.db.selectFrom("runs").select("lifecycle_stage").executeTakeFirstOrThrow();
    expect(run.lifecycle_stage).toBe("deleted");
  });
});

describe("runs of MLflow's SQLite file", () => {
  test("have infinity for the largest double, NaN by its column, and steps beyond 2^53", async () => {
    const path = join(folder, "mlflow.db");
    const database = new DatabaseSync(path);
    // source: schema of mlflow 3.17, the columns that are read
    database.exec(`
      create table experiments (experiment_id integer primary key, name text, lifecycle_stage text);
      create table runs (run_uuid text, name text, user_id text, status text, start_time bigint, end_time bigint,
        lifecycle_stage text, artifact_uri text, experiment_id integer);
      create table metrics (key text, value float, timestamp bigint, run_uuid text, step bigint, is_nan boolean);
      create table params (key text, value text, run_uuid text);
      create table tags (key text, value text, run_uuid text);
      insert into experiments values (1, 'tune', 'active');
      insert into runs values ('${RUN}', 'a', 'ada', 'FINISHED', 5, 9, 'active', 's3://bucket/x', 1);
      insert into metrics values ('loss', 0.0, 1, '${RUN}', 1, 1), ('loss', 1.7976931348623157e308, 2, '${RUN}', 2, 0),
        ('loss', 0.25, 3, '${RUN}', 9223372036854775807, 0);
    `);
    database.exec(`
      insert into runs values ('${OTHER}', 'b', 'ada', 'FINISHED', 5, 9, 'active', 'mlflow-artifacts:/1/${OTHER}/artifacts', 1);
      create table registered_models (name text);
      insert into registered_models values ('a'), ('b');
      create table trace_info (request_id text);
    `);
    database.close();
    await mkdir(join(folder, "mlartifacts/1", OTHER, "artifacts"), { recursive: true });
    await writeFile(join(folder, "mlartifacts/1", OTHER, "artifacts/a.txt"), "hello");
    expect(await imported(path)).toMatchObject({
      format: "mlflow-sqlite",
      points: 3,
      stored: 3,
      artifacts: { files: 1, bytes: 5 },
      registeredModels: { imported: 2 },
      skipped: [{ what: "run whose artifacts are not on this machine (s3:)", count: 1 }],
      agrees: true,
    });
    expect(await valuesOf(RUN, "loss")).toEqual(["NaN", Number.POSITIVE_INFINITY, 0.25]);
    expect(await imported(path)).toMatchObject({ runs: { unchanged: 2 }, points: 0 });
    const later = new DatabaseSync(path);
    later.exec(`insert into metrics values ('eval/acc', 0.9, 9, '${RUN}', 0, 0)`);
    later.close();
    expect(await imported(path)).toMatchObject({ runs: { updated: 1, unchanged: 1 }, stored: 4, agrees: true });
    expect(await valuesOf(RUN, "eval/acc")).toEqual([0.9]);
  });
});

describe("runs of Trackio", () => {
  test("have their nested values flat, and text that is not a number is counted", async () => {
    const path = join(folder, "voice.db");
    const database = new DatabaseSync(path);
    // source: schema of trackio 0.43
    database.exec(`
      create table metrics (id integer primary key, run_id text, timestamp text, run_name text, step integer, metrics text);
      create table configs (id integer primary key, run_id text, run_name text, config text, created_at text);
      insert into configs values (1, 'r1', 'run-0', '{"lr":0.0001,"seed":13205942837123456789,"opt":{"name":"adam"},"_Username":"ada"}', '');
      insert into metrics values (1, 'r1', '2026-11-29T08:18:55+00:00', 'run-0', 0, '{"loss":"NaN","acc":{"top":0.5},"note":"x"}');
    `);
    database.close();
    expect(await imported(path)).toMatchObject({
      format: "trackio",
      points: 2,
      params: 3,
      skipped: [{ what: "logged value that is not a number", count: 1 }],
      agrees: true,
    });
    const params = await store.db.selectFrom("run_params").select(["key", "value"]).orderBy("key").execute();
    expect(params).toEqual([
      { key: "lr", value: "0.0001" },
      { key: "opt/name", value: "adam" },
      { key: "seed", value: "13205942837123456789" },
    ]);
    expect(await imported(path)).toMatchObject({ runs: { unchanged: 1 } });
    const later = new DatabaseSync(path);
    later.exec(`
      insert into metrics values (2, 'r1', '2026-11-29T08:18:55+00:00', 'run-0', 0, '{"acc":{"late":1},"system/gpu":1}');
      create table system_metrics (id integer primary key, run_id text, timestamp text, metrics text);
      insert into system_metrics values (1, 'r1', '2026-11-29T08:18:55+00:00', '{"gpu":7}');
    `);
    later.close();
    expect(await imported(path)).toMatchObject({ runs: { updated: 1 }, stored: 5 });
    const series = await store.db.selectFrom("series").select("key").orderBy("key").execute();
    expect(series.map(({ key }) => key)).toEqual(["acc/late", "acc/top", "loss", "system/gpu", "system/gpu 2"]);
  });
});

describe("runs of W&B", () => {
  test("are read from the file of the client, across its blocks, until where it was cut off", async () => {
    const whole = wandbFile({ id: "abc", project: "voice", name: "wb-0", steps: 1200, exitCode: 0 });
    await writeFile(join(folder, "run-abc.wandb"), whole);
    expect(await imported(join(folder, "run-abc.wandb"))).toMatchObject({
      format: "wandb",
      runs: { imported: 1 },
      points: 1200,
      stored: 1200,
      agrees: true,
    });
    const cut = whole.subarray(0, 40_000);
    await writeFile(join(folder, "run-abc.wandb"), cut);
    expect(await imported(join(folder, "run-abc.wandb"))).toMatchObject({ stored: 1200 });
  });

  test("with a byte that changed are refused, with its place", async () => {
    const file = wandbFile({ id: "abc", project: "voice", name: "wb-0", steps: 10, exitCode: 0 });
    file[100]! ^= 1;
    await writeFile(join(folder, "run-abc.wandb"), file);
    await expect(imported(join(folder, "run-abc.wandb"))).rejects.toThrow(/checksum mismatch at byte \d+/);
  });
});

describe("runs of an MLflow server", () => {
  test("are read over REST; those that were logged here stay as they are", async () => {
    const server = await startTestServer();
    try {
      const created = await server.call("POST /api/2.0/mlflow/runs/create", {
        experiment_id: "0",
        run_name: "r",
        start_time: 1,
      });
      const { run_id } = (created.json as { run: { info: { run_id: string } } }).run.info;
      const metrics = [0, 1, 2].map((step) => ({
        key: "loss",
        value: step === 1 ? "NaN" : 1 / (1 + step),
        timestamp: step,
        step,
      }));
      metrics.push({ key: "tokens", value: 2 ** 60, timestamp: 0, step: 0 });
      await server.call("POST /api/2.0/mlflow/runs/log-batch", {
        run_id,
        metrics,
        params: [{ key: "a", value: "b" }],
        tags: [],
      });
      await fetch(`${server.url}/api/2.0/mlflow-artifacts/artifacts/0/${run_id}/artifacts/x/y.txt`, {
        method: "PUT",
        body: "hi",
      });
      const span = {
        traceId: OTHER,
        spanId: "a".repeat(16),
        name: "chat",
        startTimeUnixNano: "1",
        endTimeUnixNano: "2",
      };
      await server.call("POST /v1/traces", { resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] });
      expect(await imported(server.url)).toMatchObject({
        skipped: [{ what: "experiment with traces (not imported)", count: 1 }],
        format: "mlflow-server",
        runs: { found: 1, imported: 1 },
        points: 4,
        stored: 4,
        artifacts: { files: 1, bytes: 2 },
        agrees: true,
      });
      expect(await valuesOf(run_id, "loss")).toEqual([1, "NaN", 1 / 3]);
      expect(await valuesOf(run_id, "tokens")).toEqual([2 ** 60]);
      await server.call("POST /api/2.0/mlflow/runs/update", { run_id, status: "FINISHED", end_time: 9 });
      await imported(server.url);
      expect(await imported(server.url)).toMatchObject({ runs: { unchanged: 1 }, points: 0, artifacts: { known: 1 } });
      const late = { run_id, key: "eval/acc", value: 0.9, timestamp: 10, step: 0 };
      await server.call("POST /api/2.0/mlflow/runs/log-metric", late);
      expect(await imported(server.url)).toMatchObject({ runs: { updated: 1 }, stored: 5, agrees: true });
      expect(await valuesOf(run_id, "eval/acc")).toEqual([0.9]);
      const own = await importRuns(server.store, { source: server.url, skipArtifacts: true }, NOW);
      expect(own).toMatchObject({
        runs: { unchanged: 1 },
        skipped: expect.arrayContaining([{ what: "run that was logged here itself", count: 1 }]),
      });
    } finally {
      await server.end();
    }
  });
});

test("a run whose files an MLflow server refuses is imported without them, and tried again", async () => {
  let status = 500;
  const server = await fakeMlflowServer((path) => {
    if (path.includes("artifacts/list")) {
      return { status, json: { files: [{ path: "a.txt", is_dir: false, file_size: 2 }] } };
    }
    return path.includes("get-artifact") ? { status: 200, json: {} } : { status: 404, json: {} };
  });
  try {
    expect(await imported(server.url)).toMatchObject({
      runs: { imported: 1 },
      artifacts: { files: 0 },
      skipped: [{ what: "run whose files the source refuses (status 500)", count: 1 }],
    });
    status = 200;
    expect(await imported(server.url)).toMatchObject({ runs: { updated: 1 }, artifacts: { files: 1 }, skipped: [] });
  } finally {
    server.end();
  }
});

longTest("an import that a server waits for ends at once when this server stops, and is no bug of it", async () => {
  let asked = (): void => undefined;
  const isAsked = new Promise<void>((resolve) => (asked = resolve));
  const silent = createServer((request, response) => {
    if (request.url?.includes("experiments/search") === true) {
      response.end('{"experiments":[{"experiment_id":"1","name":"e"}]}');
    } else asked();
  });
  await new Promise<void>((resolve) => {
    silent.listen(0, "127.0.0.1", () => resolve());
  });
  const server = await startTestServer();
  const source = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  const answer = server.call("POST /api/v1/runs/import", { source });
  await isAsked;
  await server.stop();
  expect(await answer).toMatchObject({
    status: 502,
    json: { error: { message: "the import ended because the server stops", hint: "import again to continue" } },
  });
  expect(server.log).toEqual([]);
  silent.closeAllConnections();
  silent.close();
  await rm(server.dataDir, { recursive: true });
});

describe("what is no tracker", () => {
  test.each([
    ["nothing", "does not exist"],
    ["empty", "is not an MLflow folder"],
    ["text.db", "is not a SQLite file"],
    ["run-x.wandb", "is not a W&B file"],
    ["other.db", "is not an MLflow database"],
  ])("%s: %s", async (name, message) => {
    await mkdir(join(folder, "empty"));
    await writeFile(join(folder, "text.db"), "hello");
    await writeFile(join(folder, "run-x.wandb"), "hello");
    const database = new DatabaseSync(join(folder, "other.db"));
    database.exec("create table runs (a)");
    database.close();
    await expect(imported(join(folder, name))).rejects.toThrow(message);
  });

  test.each(["", "mlruns", "\0", "file:///etc/passwd", `x${"y".repeat(100_000)}`])(
    "an address of a server that is none: %#",
    async (source) => {
      const request = { source, format: "mlflow-server" as const, skipArtifacts: false };
      const { message } = await catchFailureAsync(() => importRuns(store, request, NOW));
      expect(message).toContain("is not an http address");
      expect(message.length).toBeLessThan(300);
    },
  );

  test("a port that nobody listens on", async () => {
    await expect(imported("http://127.0.0.1:1")).rejects.toThrow("does not answer");
  });
});
