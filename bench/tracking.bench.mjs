// The tracking server against the official one, on SQLite and PostgreSQL, in one run: the table of docs/concepts/speed.
//   node bench/tracking.bench.mjs [--points 10000000] [--runs 1000] [--no-peer] [--no-postgres] [--no-points]
// TUNEWRIGHT_TRACKERS_PYTHON: a Python with mlflow and psycopg[binary]; without it only ours is measured.
// Each part prints its rows when it is done. A part that fails says why, and the others go on.
// The workload is ../shared/peers/tracking/mlflow_bench.py, or the file that MLFLOW_BENCH names.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { startPostgres } from "./tracking/databases.mjs";
import { measurePoints } from "./tracking/points.mjs";
import { startOfficial, startOurs } from "./tracking/servers.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const has = (flag) => process.argv.includes(flag);
const numberOf = (flag, usual) => (has(flag) ? Number(process.argv[process.argv.indexOf(flag) + 1]) : usual);
const POINTS = numberOf("--points", 1_000_000);
const RUNS = numberOf("--runs", 1000);
const PYTHON = process.env.TUNEWRIGHT_TRACKERS_PYTHON;
const WORKLOAD = process.env.MLFLOW_BENCH ?? join(here, "../../shared/peers/tracking/mlflow_bench.py");
const hasPeer = !has("--no-peer") && PYTHON !== undefined && existsSync(WORKLOAD);

const began = performance.now();
const note = (line) => console.error(`[${((performance.now() - began) / 1000).toFixed(0)} s] ${line}`);
const folder = mkdtempSync(join(tmpdir(), "tunewright-bench-"));

function python(words, out) {
  const { status, stderr } = spawnSync(PYTHON, [...words, out], { encoding: "utf8", maxBuffer: 2 ** 26 });
  if (status !== 0) throw new Error(stderr.slice(-2000));
  return JSON.parse(readFileSync(out, "utf8"));
}

/** The workload of one client, and that of eight, against a server. */
async function oneClient(name, server) {
  try {
    const measured = python([WORKLOAD, server.url], join(folder, `${name}.json`));
    note(`${name} measured`);
    return measured;
  } finally {
    await server.stop();
  }
}

async function eightClients(name, server) {
  try {
    return python([join(here, "tracking/clients.py"), dirname(WORKLOAD), server.url], join(folder, `${name}-8.json`));
  } finally {
    await server.stop();
  }
}

/** Rows of the comparison: what, official, ours, ratio, the bar. */
const BARS = [
  ["log_metric ms", 8],
  ["log_batch 10 ms", undefined],
  ["log_batch 1000, 100 keys ms", 8],
  ["log_batch 1000, 1 key ms", undefined],
  ["create_run ms", 8],
  ["search 1000 runs raw ms", 8],
  ["history 100k points raw ms", 8],
  ["chart 320 of 100k ms", 8],
  ["search filter and order ms", undefined],
  ["8 clients batches/s", 5],
];

function compared(database, { official, ours, floor }) {
  return BARS.map(([what, bar]) => {
    const [theirs, own] = [official[what], ours[what]];
    const least = floor[what] ?? 0;
    const isRate = what.endsWith("/s");
    const isAtFloor = !isRate && own <= least; // the client alone took as long
    const ratio = isRate ? own / theirs : isAtFloor ? Infinity : (theirs - least) / (own - least);
    return {
      database,
      what,
      official: round(theirs),
      ours: round(own),
      floor: round(floor[what] ?? null),
      times: isAtFloor ? "at the floor" : round(ratio),
      bar: bar === undefined ? "" : `${bar}x`,
      met: bar === undefined ? "" : ratio >= bar ? "yes" : "NO",
    };
  });
}

const round = (value) => (value === null ? "" : Number(value.toFixed(2)));

async function comparison(database, createUrl, floor) {
  const place = (name) => mkdtempSync(join(folder, `${name}-`));
  const peer = async (workers) =>
    startOfficial({ python: PYTHON, folder: place("official"), databaseUrl: createUrl?.(), workers });
  const own = async () => startOurs({ folder: place("ours"), databaseUrl: createUrl?.() });
  const official = await oneClient(`official-${database}`, await peer(1));
  const ours = await oneClient(`ours-${database}`, await own());
  official["8 clients batches/s"] = (await eightClients(`official-${database}`, await peer(undefined))).clients;
  return compared(database, { official, ours, floor });
}

const rows = [];
const many = [];
const facts = {};
const failed = [];

/** Runs a part of the benchmark: what fails is reported, and the other parts go on. */
async function part(name, work) {
  try {
    console.table(await work());
    note(`${name} measured`);
  } catch (error) {
    failed.push(name);
    note(`${name} FAILED: ${error.stack}`);
  }
}

const postgres = has("--no-postgres") ? undefined : await startPostgres();
const databases = [["SQLite", undefined]];
if (postgres !== undefined) databases.push(["PostgreSQL", postgres.create]);

async function compare([database, createUrl], floor) {
  const compared = await comparison(database, createUrl, floor);
  rows.push(...compared);
  return compared;
}

async function points([database, createUrl]) {
  const measured = await measurePoints({ databaseUrl: createUrl?.(), points: POINTS, runs: RUNS, note });
  const { rows: taken, ...rest } = measured;
  facts[database] = rest;
  const own = taken.map(({ runs, what, bar, p50Ms, p99Ms, cpuMs }) => {
    return { database, runs, what, p50Ms: round(p50Ms), p99Ms: round(p99Ms), serverCpuMs: round(cpuMs), bar };
  });
  many.push(...own);
  return own;
}

try {
  if (hasPeer) {
    const floor = python([WORKLOAD, "--floor"], join(folder, "floor.json"));
    for (const database of databases) await part(`comparison on ${database[0]}`, () => compare(database, floor));
  } else {
    note("the official server is not measured: set TUNEWRIGHT_TRACKERS_PYTHON to a Python with mlflow");
  }
  for (const database of has("--no-points") ? [] : databases) {
    await part(`${POINTS} points on ${database[0]}`, () => points(database));
  }
} finally {
  postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
}
console.table(facts);
console.log(
  JSON.stringify({ points: POINTS, runs: RUNS, postgres: postgres?.version ?? null, rows, many, facts, failed }),
);
