// One comparison of two published models on GSM8K by `eval compare`, evalsig and EvalSeal, in one run, and how often the gates
// of the first two pass a model that is worse by the margin, and one that is as good, at the number of items that our gate asks
// for. EvalSeal's gate has thresholds and no margin, so it has no such row. Prints one table and one JSON line.
//
//     python3 -m venv VENV && VENV/bin/pip install evalsig==0.1.2 evalseal==2.2.0
//     node bench/evaluation-peers.bench.mjs --python VENV/bin/python [--data example_model_solutions.jsonl] [--rounds 400]
//
// --data: the whole file of openai/grade-school-math; without it, the 150 problems of examples/gsm8k.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    python: { type: "string" },
    data: { type: "string" },
    rounds: { type: "string", default: "400" },
    seed: { type: "string", default: "1" },
  },
  strict: false,
});
const dist = new URL("../dist/", import.meta.url);
if (!existsSync(dist)) {
  process.stderr.write("no dist/: run npm run build first\n");
  process.exit(1);
}
if (values.python === undefined) {
  process.stdout.write("evalsig and EvalSeal were not run: name a Python with both, --python\n");
  process.exit(0);
}
const load = (path) => import(new URL(path, dist).href);
const { pairedScore } = await load("evaluate/compare/paired-score.js");
const { nonInferiorityItems } = await load("statistics/index.js");
const { scoreAnswer, readyScorers } = await load("evaluate/score/score-answer.js");
const { seededRandom } = await load("base/random.js");
const print = (line) => process.stdout.write(`${line}\n`);
const jsonl = (path) =>
  readFileSync(path, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

const MARGIN = 0.05;
const DISCORDANT = 0.25; // share of items on which the two models of GSM8K differ

/** Scores of two models by item, 0 or 1. */
function published() {
  if (values.data !== undefined) {
    const rows = jsonl(values.data);
    const verdictsOf = (model) => rows.map((row) => Number(row[model].is_correct));
    return { baseline: verdictsOf("6b_verification"), target: verdictsOf("175b_finetuning") };
  }
  const folder = fileURLToPath(new URL("../examples/gsm8k/", import.meta.url));
  const [scorer] = readyScorers(
    [{ kind: "numeric", extract: "A: *([^\\n]*)", tolerance: 0, relative: false }],
    "answer",
  );
  const items = jsonl(`${folder}test.jsonl`);
  const answersOf = (file) => {
    const answers = new Map(jsonl(folder + file).map(({ id, answer }) => [id, answer]));
    return items.map(
      (row) =>
        scoreAnswer(scorer, { text: answers.get(row.id), isRefusal: false }, { id: row.id, row, slices: {} }).value,
    );
  };
  return { baseline: answersOf("6b-verified.jsonl"), target: answersOf("175b-tuned.jsonl") };
}

/** Two lists of scores that differ on a share of the items; the target is worse by `worse` in the mean. */
function simulated(random, count, worse) {
  const [baseline, target] = [[], []];
  for (let item = 0; item < count; item++) {
    const u = random();
    const both = random() < 0.4 ? 1 : 0;
    const onlyBaseline = (DISCORDANT + worse) / 2;
    baseline.push(u < onlyBaseline ? 1 : u < DISCORDANT ? 0 : both);
    target.push(u < onlyBaseline ? 0 : u < DISCORDANT ? 1 : both);
  }
  return [baseline, target];
}

const paired = (baseline, target) =>
  pairedScore(
    "accuracy",
    baseline.map((score, index) => ({ baseline: score, target: target[index], cluster: String(index) })),
  );

const { baseline, target } = published();
const count = nonInferiorityItems(MARGIN, DISCORDANT);
const random = seededRandom(Number(values.seed));
const rounds = Number(values.rounds);
const draws = (worse) => Array.from({ length: rounds }, () => simulated(random, count, worse));
const cases = { worse: draws(MARGIN), equal: draws(0) };

const started = process.cpuUsage();
const own = paired(baseline, target);
const { user, system } = process.cpuUsage(started);
const passes = ([first, second]) => paired(first, second).interval.low > -MARGIN;
const share = (pairs) => pairs.filter(passes).length / pairs.length;
const peers = spawnSync(values.python, [fileURLToPath(new URL("evaluation-peers/compare.py", import.meta.url))], {
  input: JSON.stringify({ baseline, target, margin: MARGIN, simulated: cases }),
  encoding: "utf8",
  maxBuffer: 2 ** 28,
});
if (peers.status !== 0) throw new Error(peers.stderr);
const rows = {
  tunewright: {
    method: own.method ?? "mid-p, Tango",
    difference: own.difference,
    interval: [own.interval.low, own.interval.high],
    p: own.p,
    detectable: own.detectable,
    gate: own.interval.low > -MARGIN ? "pass" : "fail",
    cpuSec: (user + system) / 1e6,
    passed: { worse: share(cases.worse), equal: share(cases.equal) },
  },
  ...JSON.parse(peers.stdout),
};
print(`${baseline.length} items; gates with a margin of ${MARGIN}; ${rounds} simulations of ${count} items each\n`);
print(
  "| | method | difference | 95 % interval | p | detectable | gate | CPU s | passes worse by the margin | passes equal |",
);
print("|---|---|---|---|---|---|---|---|---|---|");
const shown = (value) => (value === null || value === undefined ? "not given" : value.toFixed(4));
for (const [name, { method, difference, interval, p, detectable, gate, cpuSec, passed }] of Object.entries(rows)) {
  const ends = interval.map((end) => end.toFixed(4)).join(" to ");
  const shares = [passed?.worse, passed?.equal].map((part) => (part === undefined ? "no margin" : part.toFixed(3)));
  print(
    `| ${[name, method, shown(difference), ends, shown(p), shown(detectable), gate, cpuSec.toFixed(2), ...shares].join(" | ")} |`,
  );
}
print(JSON.stringify({ benchmark: "evaluation-peers", items: baseline.length, margin: MARGIN, rounds, count, rows }));
