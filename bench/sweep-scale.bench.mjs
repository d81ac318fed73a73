// Time of a decision and of a suggestion in a sweep of many stored trials. Prints one table and one JSON line.
//
//     node bench/sweep-scale.bench.mjs [--trials 10000]
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

const { values: flags } = parseArgs({ options: { trials: { type: "string", default: "10000" } } });
const dist = (path) => import(new URL(`../dist/${path}`, import.meta.url).href);
const { SweepFile } = await dist("domain/sweep.js");
const { TrainingFile } = await dist("domain/training-job.js");
const { planSweep } = await dist("programme/sweep/plan-sweep.js");
const { insertSweep } = await dist("programme/sweep/start-sweep.js");
const { bookOf, forgetBook } = await dist("programme/sweep/sweep-book.js");
const { findSweep } = await dist("programme/sweep/sweep-rows.js");
const { suggestValues } = await dist("launch/sweep/search/suggest.js");
const { openStore } = await dist("store/open-store.js");

const count = Number(flags.trials);
const folder = await mkdtemp(join(tmpdir(), "tunewright-scale-"));
const now = () => new Date("2026-11-25T12:00:00Z");
const store = await openStore({ dataDir: folder }, now);
const base = TrainingFile.parse({
  version: 1,
  name: "base",
  model: "m",
  dataset: "d",
  maxSteps: 81,
  saveSteps: 3,
  learningRate: 1e-4,
});
const spec = SweepFile.parse({
  version: 1,
  name: "s",
  metric: "loss",
  trials: count * 2,
  space: {
    learningRate: { min: 1e-6, max: 1e-2, scale: "log" },
    loraRank: { min: 2, max: 64, scale: "log" },
    loraAlpha: { min: 2, max: 64, scale: "log" },
    sequenceTokens: { min: 128, max: 2048, step: 128 },
    schedule: { values: ["constant", "cosine", "linear"] },
  },
  stopping: { rule: "asha", minSteps: 3 },
});
const plan = planSweep({ spec, base }, { unknown: "a simulation" });
const { id } = await insertSweep(store, { spec, base, plan, prepared: {} }, { programme: "p", now });
const sweep = await findSweep(store, id);
const no = sweep.sweep_no;
const lossOf = ({ learningRate }, step) => Math.abs(Math.log10(learningRate) + 4) + 1 / step;
const events = [];
const trials = [];
for (let number = 0; number < count; number++) {
  const search = { method: "random", seed: 1, startupTrials: 10 };
  const values = suggestValues({ space: spec.space, search }, { tried: [], number });
  const trial = number + 1;
  const common = { sweep_no: no, trial, rung: 0 };
  trials.push({
    ...common,
    kind: "search",
    trial_values: JSON.stringify(values),
    state: "stopped",
    until_step: 81,
    job_id: null,
    repeats: null,
  });
  events.push({ kind: "begin", trial, step: null, value: null, decision: null });
  for (const step of [3, 9])
    events.push({ kind: "report", trial, step, value: lossOf(values, step), decision: "go-on" });
}
await store.write(async (db) => {
  for (let start = 0; start < trials.length; start += 500) {
    await db
      .insertInto("sweep_trials")
      .values(trials.slice(start, start + 500))
      .execute();
  }
  for (let start = 0; start < events.length; start += 500) {
    const part = events
      .slice(start, start + 500)
      .map((event, index) => ({ sweep_no: no, seq: start + index + 1, ...event }));
    await db.insertInto("sweep_events").values(part).execute();
  }
});

const rows = [];
async function measure(name, repeats, work) {
  const [times, cpuTimes] = [[], []];
  for (let repeat = 0; repeat < repeats; repeat++) {
    const [start, cpu] = [performance.now(), process.cpuUsage()];
    await work(repeat);
    times.push(performance.now() - start);
    const { user, system } = process.cpuUsage(cpu);
    cpuTimes.push((user + system) / 1000);
  }
  const part = (list, share) => list.toSorted((a, b) => a - b)[Math.floor(repeats * share)];
  const row = { name, medianMs: part(times, 0.5), p90Ms: part(times, 0.9), cpuMs: part(cpuTimes, 0.5) };
  rows.push(row);
  const figures = [row.medianMs, row.p90Ms, row.cpuMs].map((value) => value.toFixed(1).padStart(10));
  process.stdout.write(`${name.padEnd(44)}${figures.join("")}\n`);
}
process.stdout.write(
  `${"ms, of a sweep of " + count + " trials"}${"median".padStart(28)}${"p90".padStart(10)}${"CPU".padStart(10)}\n`,
);
await measure("log read and replayed, after a restart", 3, () => {
  forgetBook(store, no);
  return bookOf(store, sweep, spec);
});
await measure("decision on a report, book checked", 50, async (repeat) => {
  const book = await bookOf(store, sweep, spec);
  book.report(repeat + 1, 27, 0.5 + repeat / 100);
});
await measure("suggestion by TPE, book checked", 20, async (repeat) => {
  const book = await bookOf(store, sweep, spec);
  suggestValues({ space: spec.space, search: spec.search }, { tried: book.tried(), number: count + repeat });
});
process.stdout.write(`${JSON.stringify({ trials: count, rows })}\n`);
await store.close();
await rm(folder, { recursive: true });
