// The search of `tunewright sweep` by TPE next to Optuna's on LCBench (34 tasks, 7 fields, 52 epochs): the best
// cross entropy after a number of trials, paired by task and seed. Prints one table and one JSON line.
//
//     node bench/sweep.bench.mjs --python VENV/bin/python --data FOLDER [--tasks 34] [--seeds 20] [--trials 50]
//
// VENV has optuna and onnxruntime; FOLDER is yahpo_data/lcbench. Optuna takes minutes: with --keep DIR what it found is kept
// there task by task, and a run that was interrupted continues with the next task.
import { execFileSync, spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values: flags } = parseArgs({
  options: {
    python: { type: "string", default: "python3" },
    data: { type: "string" },
    tasks: { type: "string", default: "34" },
    seeds: { type: "string", default: "20" },
    trials: { type: "string", default: "50" },
    keep: { type: "string" },
  },
});
const { seededRandom } = await import(new URL("../dist/base/random.js", import.meta.url).href);
const { placeOf, valuesAt } = await import(new URL("../dist/launch/sweep/search/parameter.js", import.meta.url).href);
const { sobolPoint } = await import(new URL("../dist/launch/sweep/search/sobol.js", import.meta.url).href);
const { suggestPoint } = await import(new URL("../dist/launch/sweep/search/tpe.js", import.meta.url).href);
const PEER = fileURLToPath(new URL("sweep-peer.py", import.meta.url));
const STARTUP = 10;

const axis = (field, [min, max], { log = false, whole = false } = {}) => ({
  field,
  parameter: { min, max, scale: log ? "log" : "linear" },
  isWhole: whole,
});
const AXES = [
  axis("batch_size", [16, 512], { log: true, whole: true }),
  axis("learning_rate", [1e-4, 0.1], { log: true }),
  axis("momentum", [0.1, 0.99]),
  axis("weight_decay", [1e-5, 0.1]),
  axis("num_layers", [1, 5], { whole: true }),
  axis("max_units", [64, 1024], { log: true, whole: true }),
  axis("max_dropout", [0, 1]),
];
const [seeds, trials] = [Number(flags.seeds), Number(flags.trials)];
const encoding = JSON.parse(readFileSync(`${flags.data}/encoding.json`, "utf8"));
const tasks = Object.keys(encoding.OpenML_task_id)
  .filter((task) => task !== "#na#")
  .slice(0, Number(flags.tasks));

const peer = spawn(flags.python, [PEER, "evaluate", flags.data], { stdio: ["pipe", "pipe", "inherit"] });
const lines = createInterface({ input: peer.stdout })[Symbol.asyncIterator]();
async function losses(task, points) {
  peer.stdin.write(`${JSON.stringify({ task, x: points })}\n`);
  return JSON.parse((await lines.next()).value);
}

async function search(task, seed) {
  const observations = [];
  for (let number = 0; number < trials; number++) {
    const random = seededRandom(Math.imul(seed + 1, 0x9e3779b1) ^ number);
    const place =
      number < STARTUP
        ? sobolPoint(number, { dimensions: AXES.length, seed })
        : suggestPoint(observations, { categories: AXES.map(() => undefined), random });
    const chosen = valuesAt(AXES, place);
    const [score] = await losses(task, [AXES.map(({ field }) => chosen[field])]);
    observations.push({ point: AXES.map((each) => placeOf(each, chosen[each.field])), score });
  }
  return Math.min(...observations.map(({ score }) => score));
}

/** Best losses of Optuna by task and seed: one process a task, each kept on its own. */
function optuna(kind) {
  const found = new Map();
  for (const task of tasks) {
    const args = [PEER, "optuna", flags.data, task, String(seeds), String(trials), kind];
    const kept = flags.keep === undefined ? undefined : `${flags.keep}/${kind}-${task}-${seeds}-${trials}.jsonl`;
    const isKept = kept !== undefined && existsSync(kept);
    const text = isKept
      ? readFileSync(kept, "utf8")
      : execFileSync(flags.python, args, { maxBuffer: 2 ** 26 }).toString();
    if (kept !== undefined && !isKept) writeFileSync(kept, text);
    for (const { seed, best } of text.trim().split("\n").map(JSON.parse)) found.set(`${task} ${seed}`, best);
  }
  return found;
}

const peers = { "optuna tpe univariate": optuna("univariate"), "optuna tpe multivariate": optuna("multivariate") };
const random = seededRandom(1);
const rows = [];
for (const task of tasks) {
  const anywhere = Array.from({ length: 2000 }, () => {
    const values = valuesAt(AXES, AXES.map(random));
    return AXES.map(({ field }) => values[field]);
  });
  const spread = (await losses(task, anywhere)).toSorted((a, b) => a - b);
  const [best, middle] = [spread[0], spread[1000]];
  for (let seed = 0; seed < seeds; seed++) {
    const scale = (value) => (value - best) / (middle - best);
    const row = { task, seed, ours: scale(await search(task, seed)) };
    for (const [name, found] of Object.entries(peers)) row[name] = scale(found.get(`${task} ${seed}`));
    rows.push(row);
  }
}
peer.stdin.end();

const mean = (list) => list.reduce((sum, value) => sum + value, 0) / list.length;
const print = (line) => process.stdout.write(`${line}\n`);
print(`regret after ${trials} trials: 0 the best of 2,000 random points, 1 their median; ${rows.length} searches each`);
print(`${"search".padEnd(28)}${"mean".padStart(9)}${"paired difference of ours".padStart(30)}${"95 %".padStart(22)}`);
print(
  `${"ours".padEnd(28)}${mean(rows.map(({ ours }) => ours))
    .toFixed(4)
    .padStart(9)}`,
);
const summary = Object.keys(peers).map((name) => {
  // a task is the unit: its seeds are no independent evidence about other tasks
  const byTask = tasks.map((task) => mean(rows.filter((row) => row.task === task).map((row) => row.ours - row[name])));
  const difference = mean(byTask);
  const error = Math.sqrt(mean(byTask.map((each) => (each - difference) ** 2)) / (byTask.length - 1));
  const [low, high] = [difference - 1.96 * error, difference + 1.96 * error];
  const theirs = mean(rows.map((row) => row[name]));
  print(
    `${name.padEnd(28)}${theirs.toFixed(4).padStart(9)}${difference.toFixed(4).padStart(30)}${`${low.toFixed(4)} to ${high.toFixed(4)}`.padStart(22)}`,
  );
  return { peer: name, theirs, difference, low, high };
});
print(JSON.stringify({ trials, seeds, tasks: tasks.length, ours: mean(rows.map(({ ours }) => ours)), summary }));
