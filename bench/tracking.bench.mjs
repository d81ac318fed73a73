// A tracking server with many points on disk: bytes per point, and how long a chart, a search, a history and a logged
// metric take through HTTP while others read. `node bench/tracking.bench.mjs --points 10000000` (default: 1,000,000).
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";

import { startServer } from "../dist/server/start-server.js";
import { openStore } from "../dist/store/open-store.js";
import { createRun } from "../dist/track/create-run.js";
import { logBatch } from "../dist/track/log-batch.js";

const flag = process.argv.indexOf("--points");
const POINTS = flag === -1 ? 1_000_000 : Number(process.argv[flag + 1]);
const LONG = 100_000; // points of the one run whose chart is drawn
const RUNS = 1000;
const BATCH = 1000;
const now = () => new Date();

const dataDir = mkdtempSync(join(tmpdir(), "tunewright-bench-"));
const rows = [];
const ms = async (action, times = 20) => {
  const taken = [];
  for (let time = 0; time < times; time++) {
    const start = performance.now();
    await action(time);
    taken.push(performance.now() - start);
  }
  taken.sort((a, b) => a - b);
  return { p50: taken[Math.floor(times / 2)], p99: taken[Math.floor(times * 0.99)] };
};
const report = (what, { p50, p99 }) =>
  rows.push({ what, p50Ms: Number(p50.toFixed(2)), p99Ms: Number(p99.toFixed(2)) });

try {
  const store = await openStore({ dataDir }, now);
  const runs = [];
  for (let run = 0; run < RUNS; run++) {
    const wanted = { experimentId: "0", userId: "bench", name: `run-${run}`, startMs: run, tags: [] };
    runs.push((await createRun(store, wanted, 1)).info.run_id);
  }
  const started = performance.now();
  let stored = 0;
  const write = async (runId, first, count) => {
    const metrics = Array.from({ length: count }, (_, index) => ({
      key: "loss",
      value: Math.sin((first + index) / 500) + (first + index === 77_777 ? 100 : 0),
      timestamp: 1_700_000_000_000 + first + index,
      step: first + index,
    }));
    const params = first === 0 ? [{ key: "lr", value: String(runId.charCodeAt(0) / 1000) }] : [];
    await logBatch(store, runId, { metrics, params, tags: [], nowMs: 1 });
    stored += count;
  };
  for (let first = 0; first < LONG; first += BATCH) await write(runs[0], first, BATCH);
  const each = Math.max(1, Math.floor((POINTS - LONG) / (RUNS - 1)));
  for (const runId of runs.slice(1)) {
    for (let first = 0; first < each; first += BATCH) await write(runId, first, Math.min(BATCH, each - first));
  }
  const writeSec = (performance.now() - started) / 1000;
  await store.close();
  const bytes = statSync(join(dataDir, "tunewright.db")).size;

  const options = { dataDir, databaseUrl: undefined, programmes: ["bench"], host: "127.0.0.1", port: 0 };
  const server = await startServer({ ...options, version: "0", now, log: console.error });
  const api = `${server.url}/api/2.0/mlflow`;
  const post = async (path, body) => {
    const headers = { "content-type": "application/json" };
    const response = await fetch(`${api}/${path}`, { method: "POST", headers, body: JSON.stringify(body) });
    if (response.status !== 200) throw new Error(await response.text());
    return response.text();
  };
  const chart = async () => (await fetch(`${server.url}/api/v1/runs/${runs[0]}/metrics?key=loss&points=320`)).text();
  const search = () =>
    post("runs/search", {
      experiment_ids: ["0"],
      filter: "metrics.loss > -2 and params.lr LIKE '0.%'",
      order_by: ["metrics.loss DESC"],
      max_results: 100,
    });
  const log = (step) => post("runs/log-metric", { run_id: runs[1], key: "x", value: 1, timestamp: 1, step });
  await Promise.all([chart(), search(), log(0)]); // warm
  const { curves } = JSON.parse(await chart());
  if (!curves[0].points.some(([step]) => step === 77_777)) throw new Error("the spike is not in the chart");
  report("chart, 320 of 100,000 points", await ms(chart));
  report("search, filter and order, 100 of 1,000 runs", await ms(search));
  report(
    "history, a page of 25,000",
    await ms(async () => (await fetch(`${api}/metrics/get-history?run_id=${runs[0]}&metric_key=loss`)).text(), 5),
  );
  report("log_metric, alone", await ms((time) => log(1000 + time), 300));
  const others = { areReading: true };
  const readers = (async () => {
    while (others.areReading) await Promise.all([chart(), search()]);
  })();
  report("log_metric, while others read", await ms((time) => log(5000 + time), 300));
  others.areReading = false;
  await readers;
  await server.stop();
  console.table(rows);
  console.log(
    JSON.stringify({
      points: stored,
      runs: RUNS,
      bytesPerPoint: Number((bytes / stored).toFixed(1)),
      pointsPerSec: Math.round(stored / writeSec),
      rows,
    }),
  );
} finally {
  rmSync(dataDir, { recursive: true, force: true });
}
