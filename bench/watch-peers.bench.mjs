// False alarms and delays of `watch check` and of two drift libraries on the same simulated data, in one run: eight rates of
// 12 %, a reference of 8 weeks of 470 rows, 52 weekly looks; and prompts as vectors of 16 numbers, 60 a week. Prints one table
// and one JSON line. A peer whose Python is not named is left out, and the table says so.
//
//     node bench/watch-peers.bench.mjs --evidently VENV/bin/python --nannyml VENV/bin/python [--years 40] [--seed 1]
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { binomial, normal } from "./watch-years.mjs";

const { values } = parseArgs({
  options: {
    years: { type: "string", default: "40" },
    seed: { type: "string", default: "1" },
    evidently: { type: "string" },
    nannyml: { type: "string" },
  },
  strict: false,
});
const dist = new URL("../dist/", import.meta.url);
if (!existsSync(dist)) {
  process.stderr.write("no dist/: run npm run build first\n");
  process.exit(1);
}
const { monitorSeries } = await import(new URL("statistics/index.js", dist).href);
const { seededRandom } = await import(new URL("base/random.js", dist).href);
const { distanceSeries } = await import(new URL("watch/distance-series.js", dist).href);
const { packedVector } = await import(new URL("watch/hashed-vector.js", dist).href);
const print = (line) => process.stdout.write(`${line}\n`);

const [SIGNALS, REFERENCE, LOOKS, ROWS, RISES_AT] = [8, 8, 52, 470, 4];
const [DIMENSIONS, PROMPTS] = [16, 60];
const years = Number(values.years);
const random = seededRandom(Number(values.seed));

/** Hits of each signal and week. In a year with a change, the first signal rises to 16 %, and prompts move by half a deviation. */
function year(isChanged) {
  const isAfter = (week) => isChanged && week >= REFERENCE + RISES_AT;
  const weeks = Array.from({ length: REFERENCE + LOOKS }, (_, week) => week);
  return {
    hits: Array.from({ length: SIGNALS }, (_, k) =>
      weeks.map((week) => binomial(random, ROWS, k === 0 && isAfter(week) ? 0.16 : 0.12)),
    ),
    prompts: weeks.map((week) =>
      Array.from({ length: PROMPTS }, () =>
        Array.from({ length: DIMENSIONS }, (_, d) =>
          Number((normal(random) + (d === 0 && isAfter(week) ? 1 : 0)).toFixed(3)),
        ),
      ),
    ),
  };
}
const data = {
  rows: ROWS,
  reference: REFERENCE,
  risesAt: RISES_AT,
  quiet: Array.from({ length: years }, () => year(false)),
  changed: Array.from({ length: years }, () => year(true)),
};

const OPTIONS = { windows: [1, 2, 4, 8], looks: LOOKS, level: 0.05 };

function ratesOf({ hits }) {
  return hits.map((series) => {
    const batches = series.map((count, index) => {
      const mean = count / ROWS;
      return { index, rows: ROWS, mean, standardError: Math.sqrt((mean * (1 - mean)) / (ROWS - 1)) };
    });
    return { reference: batches.slice(0, REFERENCE), watched: batches.slice(REFERENCE) };
  });
}

function distancesOf({ prompts }) {
  const batches = prompts.map((rows, index) => ({
    index,
    requests: rows.map((vector, k) => ({
      id: `${index}-${k}`,
      hasText: true,
      embedder: "made up",
      embedding: packedVector(vector),
      vector: "",
    })),
  }));
  const [reference, watched] = [batches.slice(0, REFERENCE), batches.slice(REFERENCE)];
  return [{ ...distanceSeries(reference, watched, { sample: 2_000, fewest: 20 }), ownSpread: true }];
}

function ours(name, seriesOf) {
  const firstOf = (made) => {
    const { series } = monitorSeries(seriesOf(made), OPTIONS);
    return series.map(({ looks }) => looks.map(({ isAlarm }) => isAlarm));
  };
  const falseAlarms = data.quiet.filter((made) => firstOf(made).flat().some(Boolean)).length;
  const delays = data.changed.map((made) => {
    const first = firstOf(made)[0].findIndex((isAlarm, t) => isAlarm && t >= RISES_AT);
    return first < 0 ? null : first - RISES_AT + 1;
  });
  return { tool: name, years, falseAlarms, delays };
}

const results = [ours("watch check, rates", ratesOf), ours("watch check, distance of prompts", distancesOf)];
const folder = mkdtempSync(join(tmpdir(), "tunewright-peers-"));
try {
  const path = join(folder, "data.json");
  writeFileSync(path, JSON.stringify(data));
  for (const peer of ["evidently", "nannyml"]) {
    if (values[peer] === undefined) {
      print(`${peer}: left out, --${peer} names no Python with it`);
      continue;
    }
    const script = fileURLToPath(new URL(`./watch-peers/${peer}-same.py`, import.meta.url));
    const { status, stdout, stderr } = spawnSync(values[peer], [script, path], {
      encoding: "utf8",
      maxBuffer: 2 ** 28,
      env: { ...process.env, DO_NOT_TRACK: "1", NML_DISABLE_USAGE_LOGGING: "1" },
    });
    if (status !== 0) throw new Error(`${peer}: ${String(stderr).slice(-2_000)}`);
    for (const line of stdout.trim().split("\n")) results.push(JSON.parse(line));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

const quantile = (delays, share) => {
  const sorted = delays.map((delay) => delay ?? Number.POSITIVE_INFINITY).toSorted((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  return Number.isFinite(value) ? String(value) : "never";
};
print(`${"tool".padEnd(58)}${"false alarms".padStart(14)}${"median".padStart(8)}${"p90".padStart(8)}`);
for (const { tool, falseAlarms, delays } of results) {
  const share = `${falseAlarms} of ${years}`;
  print(
    `${tool.padEnd(58)}${share.padStart(14)}${quantile(delays, 0.5).padStart(8)}${quantile(delays, 0.9).padStart(8)}`,
  );
}
print(JSON.stringify({ seed: Number(values.seed), years, results }));
