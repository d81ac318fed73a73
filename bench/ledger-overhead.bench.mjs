// Does the ledger slow the tracking server down? Two servers, each in a process of its own, hold the same runs. One has
// prices, budgets and a ledger of many entries; the other has none. Each call is sent to both, one right after the other
// in random order, so that what else runs on the machine meets both alike.
//   node bench/ledger-overhead.bench.mjs [--pairs 1000] [--entries 100000]
// Prints the median difference of the paired times with its 95 % interval (bootstrap of the pairs, fixed seed), and the
// processor time of each server per call. DATABASE_URL is ignored: both use SQLite.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { fillEntries, fillRuns } from "./ledger/fill.mjs";
import { startOurs } from "./tracking/servers.mjs";

const option = (name, usual) =>
  process.argv.includes(name) ? Number(process.argv[process.argv.indexOf(name) + 1]) : usual;
const pairs = option("--pairs", 1000);
const entries = option("--entries", 100_000);

/** Pairs that warm the servers up and are not counted. */
const WARM = 50;

const SEED = 20_261_129;

/** A stream of random numbers from 0 to 1 (mulberry32). */
function randoms(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let word = Math.imul(state ^ (state >>> 15), 1 | state);
    word = (word + Math.imul(word ^ (word >>> 7), 61 | word)) ^ word;
    return ((word ^ (word >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A server with runs, and with a ledger about them if asked for. */
async function prepared(hasLedger) {
  const { openStore } = await import("../dist/store/open-store.js");
  const folder = await mkdtemp(join(tmpdir(), "tunewright-bench-"));
  const store = await openStore({ dataDir: join(folder, ".tunewright") }, () => new Date());
  const runs = Math.max(1, entries / 10);
  await fillRuns(store, runs, hasLedger);
  if (hasLedger) await fillEntries(store, entries, runs);
  await store.close();
  const server = await startOurs({ folder });
  const call = async (path, body) => {
    const answer = await fetch(server.url + path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text.slice(0, 200)}`);
    return JSON.parse(text);
  };
  if (hasLedger) await call("/api/v1/budgets", { scope: "tag", key: "team=a", capUsd: "100000", setBy: "bench" });
  const tags = hasLedger ? { team: "a", "tunewright.usd_per_hour": "25" } : { team: "a" };
  const { run } = await call("/api/2.0/mlflow/runs/create", {
    experiment_id: "0",
    start_time: Date.now(),
    tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
  });
  const end = async () => {
    await server.stop();
    await rm(folder, { recursive: true });
  };
  return { server, call, runId: run.info.run_id, end, times: [] };
}

const METRICS = Array.from({ length: 10 }, (_, index) => `metric_${index}`);

const CALLS = {
  log_metric: ({ call, runId }, step) =>
    call("/api/2.0/mlflow/runs/log-metric", { run_id: runId, key: "loss", value: step, timestamp: Date.now(), step }),
  "log_batch, 10 metrics": ({ call, runId }, step) =>
    call("/api/2.0/mlflow/runs/log-batch", {
      run_id: runId,
      metrics: METRICS.map((key) => ({ key, value: step, timestamp: Date.now(), step })),
    }),
};

async function measured(name, sides, random) {
  for (const side of sides) side.times = [];
  const cpu = sides.map(({ server }) => server.cpuMs());
  for (let step = 0; step < pairs + WARM; step++) {
    for (const side of random() < 0.5 ? sides : sides.toReversed()) {
      const start = performance.now();
      await CALLS[name](side, step);
      if (step >= WARM) side.times.push(performance.now() - start);
    }
  }
  const cpuMs = sides.map(({ server }, index) => (server.cpuMs() - cpu[index]) / (pairs + WARM));
  return { name, cpuMs };
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The 95 % interval of the median of the pairs, by 2,000 resamples. */
function interval(differences, random) {
  const medians = Array.from({ length: 2000 }, () =>
    median(differences.map(() => differences[Math.floor(random() * differences.length)])),
  ).toSorted((a, b) => a - b);
  return [medians[49], medians[1949]];
}

const random = randoms(SEED);
const sides = [await prepared(false), await prepared(true)];
const rows = [];
try {
  for (const name of Object.keys(CALLS)) {
    const { cpuMs } = await measured(name, sides, random);
    const [without, withLedger] = sides.map(({ times }) => times);
    const differences = withLedger.map((ms, index) => ms - without[index]);
    const [low, high] = interval(differences, random);
    const p99 = (times) => times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)];
    rows.push({
      call: name,
      "median without, ms": median(without),
      "median with, ms": median(withLedger),
      "paired difference, ms": median(differences),
      "95 % interval from": low,
      to: high,
      "p99 without, ms": p99(without),
      "p99 with, ms": p99(withLedger),
      "CPU without, ms": cpuMs[0],
      "CPU with, ms": cpuMs[1],
    });
  }
} finally {
  for (const side of sides) await side.end();
}
const names = Object.keys(rows[0]);
const width = Math.max(...names.map((name) => name.length));
for (const name of names) {
  const cells = rows.map((row) =>
    String(typeof row[name] === "number" ? row[name].toFixed(3) : row[name]).padStart(24),
  );
  process.stdout.write(`${name.padEnd(width)}${cells.join("")}\n`);
}
process.stdout.write(`${JSON.stringify({ pairs, entries, rows })}\n`);
