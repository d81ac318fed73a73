// Our server with many points on disk: bytes per point, a chart, a search and a history of them, and a metric that is
// logged meanwhile. The points are written by the same function as the server's; everything else goes through HTTP.
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import pg from "pg";

import { openStore } from "../../dist/store/open-store.js";
import { createRun } from "../../dist/track/create-run.js";
import { logBatch } from "../../dist/track/log-batch.js";
import { startReaders } from "./readers.mjs";
import { startOurs } from "./servers.mjs";

const LONG = 100_000; // points of the run whose chart is drawn
const SPIKE = 77_777;
const NAN = 55_555;
const BATCH = 1000;
const AT_ONCE = 32; // calls in flight: they share commits
const LOGS = 1000; // of which ten are above the p99
const now = () => new Date();

async function inGroups(count, work) {
  for (let first = 0; first < count; first += AT_ONCE) {
    const size = Math.min(AT_ONCE, count - first);
    await Promise.all(Array.from({ length: size }, (_, index) => work(first + index)));
  }
}

async function fill(store, { runs, points, from = 0 }) {
  const ids = [];
  await inGroups(runs, async (index) => {
    const wanted = { experimentId: "0", userId: "bench", name: `run-${from + index}`, startMs: from + index, tags: [] };
    ids[index] = (await createRun(store, wanted, 1)).info.run_id;
  });
  const long = from === 0 ? LONG : 0;
  const perRun = Math.max(1, Math.floor((points - long) / (runs - (long > 0 ? 1 : 0))));
  const batches = [];
  for (const [index, runId] of ids.entries()) {
    const own = index === 0 && long > 0 ? long : perRun;
    for (let first = 0; first < own; first += BATCH)
      batches.push({ runId, first, count: Math.min(BATCH, own - first) });
  }
  let stored = 0;
  await inGroups(batches.length, async (number) => {
    const { runId, first, count } = batches[number];
    const metrics = Array.from({ length: count }, (_, index) => {
      const step = first + index;
      const value = step === NAN ? Number.NaN : Math.sin(step / 500) + (step === SPIKE ? 100 : 0);
      return { key: "loss", value, timestamp: 1_700_000_000_000 + step, step };
    });
    const params = first === 0 ? [{ key: "lr", value: String(runId.charCodeAt(0) / 1000) }] : [];
    await logBatch(store, runId, { metrics, params, tags: [], nowMs: 1 });
    stored += count;
  });
  return { ids, stored };
}

async function bytesOf(folder, databaseUrl) {
  if (databaseUrl === undefined) {
    // what is committed stays in the log of SQLite (-wal) until a checkpoint
    const files = ["tunewright.db", "tunewright.db-wal"].map((name) => join(folder, ".tunewright", name));
    return files.reduce((bytes, file) => bytes + (statSync(file, { throwIfNoEntry: false })?.size ?? 0), 0);
  }
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query("select pg_database_size(current_database())::float8 as bytes");
  await client.end();
  return rows[0].bytes;
}

async function timed(action, times) {
  const taken = [];
  for (let time = 0; time < times; time++) {
    const start = performance.now();
    await action(time);
    taken.push(performance.now() - start);
  }
  taken.sort((a, b) => a - b);
  return { p50: taken[Math.floor(times / 2)], p99: taken[Math.floor(times * 0.99)] };
}

/** Measures one database. Every row: what, p50 and p99 in ms, processor time of the server per call in ms, the bar. */
export async function measurePoints({ databaseUrl, points, runs, note }) {
  const folder = mkdtempSync(join(tmpdir(), "tunewright-bench-"));
  const dataDir = join(folder, ".tunewright");
  const rows = [];
  try {
    const store = await openStore({ dataDir, url: databaseUrl }, now);
    const empty = await bytesOf(folder, databaseUrl).catch(() => 0);
    const started = performance.now();
    const { ids, stored } = await fill(store, { runs, points });
    const fillSec = (performance.now() - started) / 1000;
    await store.close();
    const bytes = (await bytesOf(folder, databaseUrl)) - empty;
    note(`${stored} points of ${runs} runs written in ${fillSec.toFixed(0)} s`);
    rows.push(...(await ask({ folder, databaseUrl, ids, runs })));
    const again = await openStore({ dataDir, url: databaseUrl }, now);
    await fill(again, { runs: runs * 9, points: runs * 9, from: runs });
    await again.close();
    note(`grown to ${runs * 10} runs`);
    rows.push(...(await ask({ folder, databaseUrl, ids, runs: runs * 10 })));
    return { rows, stored, bytesPerPoint: bytes / stored, pointsPerSec: stored / fillSec };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function ask({ folder, databaseUrl, ids, runs }) {
  const rows = [];
  const server = await startOurs({ folder, databaseUrl });
  const api = `${server.url}/api/2.0/mlflow`;
  const got = async (response) => {
    const text = await response.text();
    if (response.status !== 200) throw new Error(text);
    return text;
  };
  const post = async (path, body) => {
    const headers = { "content-type": "application/json" };
    return got(await fetch(`${api}/${path}`, { method: "POST", headers, body: JSON.stringify(body) }));
  };
  const charting = { url: `${server.url}/api/v1/runs/${ids[0]}/metrics?key=loss&points=320` };
  const searching = {
    url: `${api}/runs/search`,
    body: {
      experiment_ids: ["0"],
      filter: "metrics.loss > -2 and params.lr LIKE '0.%'",
      order_by: ["metrics.loss DESC"],
      max_results: 100,
    },
  };
  const paging = { url: `${api}/metrics/get-history?run_id=${ids[0]}&metric_key=loss&max_results=25000` };
  const chart = async () => got(await fetch(charting.url));
  const search = () => post("runs/search", searching.body);
  const history = async () => got(await fetch(paging.url));
  const log = (step) => post("runs/log-metric", { run_id: ids[1], key: "x", value: 1, timestamp: 1, step });
  const create = () => post("runs/create", { experiment_id: "0", start_time: 1, run_name: "new" });
  const row = async (what, bar, { action, times }) => {
    const cpu = server.cpuMs();
    const { p50, p99 } = await timed(action, times);
    rows.push({ runs, what, bar, p50Ms: p50, p99Ms: p99, cpuMs: (server.cpuMs() - cpu) / times });
  };
  try {
    await Promise.all([chart(), search(), history(), log(0)]); // threads start, caches fill
    await Promise.all([chart(), search(), history(), log(1)]);
    const drawn = JSON.parse(await chart()).curves[0].points;
    if (!drawn.some(([step]) => step === SPIKE)) throw new Error("the spike is not in the chart");
    if (!drawn.some(([step]) => step === NAN)) throw new Error("the NaN is not in the chart");
    await row("chart, 320 of 100,000 points", "20 ms", { action: chart, times: 40 });
    await row("search, filter and order, 100 runs", "100 ms", { action: search, times: 40 });
    await row("history, a page of 25,000", "", { action: history, times: 10 });
    await row("create_run", "", { action: create, times: 50 });
    await row("log_metric, alone", "", { action: (time) => log(1000 + time), times: LOGS });
    const during = async (what, bar, readers) => {
      const stop = await startReaders(readers);
      await row(what, bar, { action: (time) => log(5000 * rows.length + time), times: LOGS });
      await stop();
    };
    await during("log_metric, while others chart and search", "p99 20 ms", [charting, searching]);
    await during("log_metric, while others also page a history", "", [charting, searching, paging]);
    return rows;
  } finally {
    await server.stop();
  }
}
