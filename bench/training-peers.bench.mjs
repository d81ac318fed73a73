// Rules that people use today on the same measured runs as our estimates: how many rows each answers, and how far off it is.
// `npm run build && node bench/training-peers.bench.mjs [measurements.csv]`; ours are those of `plan check training`.
// Rules are reimplemented from their published source, one file each in training-peers/. If PEERS_PYTHON names a Python
// that has them, installed tools are run too (training-peers/installed-peers.py says which): `PEERS_PYTHON=.venv/bin/python`.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { score } from "./training-peers/score.mjs";
import { peerRow } from "./training-peers/peer-row.mjs";
import { accelerateBf16, accelerateFp32 } from "./training-peers/accelerate.mjs";
import { deepspeedZero } from "./training-peers/deepspeed-zero.mjs";
import { eleutherAi } from "./training-peers/eleutherai.mjs";
import { gpuPoor } from "./training-peers/gpu-poor.mjs";
import { hfLlama31 } from "./training-peers/hf-llama31.mjs";
import { hfVramCalc } from "./training-peers/hf-vram-calc.mjs";
import { llamaFactory } from "./training-peers/llama-factory.mjs";
import { llmAnalysis } from "./training-peers/llm-analysis.mjs";
import { megatron } from "./training-peers/megatron.mjs";
import { fourNd, sixNd } from "./training-peers/six-n-d.mjs";
import { unslothStudio } from "./training-peers/unsloth-studio.mjs";
import { unslothTable } from "./training-peers/unsloth-table.mjs";
import { weightsPlusSixteen } from "./training-peers/weights-plus-sixteen.mjs";

const RULES = [
  accelerateBf16,
  accelerateFp32,
  weightsPlusSixteen,
  llamaFactory,
  unslothTable,
  unslothStudio,
  hfLlama31,
  hfVramCalc,
  gpuPoor,
  eleutherAi,
  deepspeedZero,
  megatron,
  llmAnalysis,
  sixNd,
  fourNd,
];
/** Runs that an installed tool is made for; of the others it is asked all the same. */
const INSTALLED_HOME = {
  "fitcheck-llm": (row) => row.gpuName === "T4",
  "llm-analysis": llmAnalysis.home,
  unsloth: unslothStudio.home,
  deepspeed: deepspeedZero.home,
  accelerate: accelerateBf16.home,
};
const QUANTITIES = { peakMemoryGib: "memoryGib", tokensPerSecPerGpu: "tokensPerSecPerGpu" };
const METHODS = ["full", "lora", "qlora", "dpo", "grpo"];

const print = (line) => process.stdout.write(`${line}\n`);
const path = process.argv.find((each) => each.endsWith(".csv")) ?? "../shared/data/training/measurements.csv";
const cli = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
if (!existsSync(path) || !existsSync(cli)) {
  print(`skipped: it needs ${path} (or the path of a CSV of training measurements) and dist/`);
  process.exit(0);
}

const { parseCsv } = await import("../dist/base/csv.js");
const { findGpu } = await import("../dist/catalog/gpus.js");
const { findModel } = await import("../dist/catalog/models.js");
const rows = readRows();
const installed = runInstalled(rows);
const tools = [...RULES, ...installed];
const results = Object.keys(QUANTITIES).flatMap((quantity) => {
  const ofQuantity = rows.filter((row) => row.quantity === quantity);
  return tools.flatMap((tool) => scored(tool, quantity, ofQuantity));
});
for (const quantity of Object.keys(QUANTITIES)) printTable(quantity);
print(JSON.stringify({ benchmark: "training-peers", rows: rows.length, results }));

/** Measured quantities of the check with our estimate, and the run as a peer sees it; a model that nobody knows has none. */
function readRows() {
  const found = spawnSync(process.execPath, [cli, "plan", "check", "training", path, "--json"], { maxBuffer: 2 ** 28 });
  if (found.status !== 0) throw new Error(`plan check training: ${found.stderr.toString()}`);
  const { rows: facts } = parseCsv(readFileSync(path, "utf8"), path);
  const runs = new Map(facts.map(({ fields }) => [fields.id, peerRow(fields, { findModel, findGpu })]));
  const { rows: checked } = JSON.parse(String(found.stdout));
  // A row that contradicts itself is rejected by the check and has no measured value: nobody is judged by it.
  const sound = checked.filter(({ measured }) => measured !== undefined);
  return sound.map(({ id, quantity, measured, p50 }) => ({ quantity, measured, ours: p50, run: runs.get(id) }));
}

/** Estimators that the Python of PEERS_PYTHON has, as rules; says what was skipped and why. */
function runInstalled(measured) {
  const python = process.env.PEERS_PYTHON;
  if (!python) {
    print(
      "installed estimators skipped: PEERS_PYTHON names no Python (training-peers/installed-peers.py says what to install)",
    );
    return [];
  }
  const runs = new Map(measured.filter(({ run }) => run).map(({ run }) => [run.id, run]));
  const script = fileURLToPath(new URL("training-peers/installed-peers.py", import.meta.url));
  const input = JSON.stringify([...runs.values()]);
  const { status, stdout, stderr } = spawnSync(python, [script], { input, maxBuffer: 2 ** 28 });
  if (status !== 0) {
    print(`installed estimators skipped: ${python} ended with ${status}: ${String(stderr).trim().split("\n").at(-1)}`);
    return [];
  }
  const { tools: found, skipped } = JSON.parse(String(stdout));
  for (const [name, reason] of Object.entries(skipped)) print(`${name} skipped: ${reason}`);
  return Object.entries(found).map(([name, { version, memoryGib, tokensPerSecPerGpu }]) => ({
    name: `${name} ${version} (run)`,
    source: `${name} ${version}, installed`,
    home: INSTALLED_HOME[name] ?? (() => false),
    memoryGib: ({ id }) => memoryGib[id],
    tokensPerSecPerGpu: ({ id }) => tokensPerSecPerGpu[id],
  }));
}

/** Scores of one tool on all rows of a quantity, by method, and on the runs that it is made for and the others. */
function scored(tool, quantity, measured) {
  const estimate = tool[QUANTITIES[quantity]];
  if (!estimate) return [];
  const compared = measured.map((row) => ({ ...row, theirs: row.run && estimate(row.run) }));
  const on = (filter) => score(compared.filter(({ run }) => run && filter(run)));
  if (score(compared).answered === 0) return [];
  const byMethod = METHODS.map((method) => [method, on((run) => run.method === method)]);
  return [
    {
      tool: tool.name,
      source: tool.source,
      quantity,
      rows: compared.length,
      ...score(compared),
      methods: Object.fromEntries(byMethod.filter(([, { answered }]) => answered > 0)),
      home: on(tool.home),
      elsewhere: on((run) => !tool.home(run)),
    },
  ];
}

/** One line a tool: all that it answered, then both on the rows that both answered, then its error by method and at home. */
function printTable(quantity) {
  const ours = score(rows.filter((row) => row.quantity === quantity).map((row) => ({ ...row, theirs: row.ours })));
  const line = (name, cells) =>
    print(`${name.padEnd(48)}${cells.map((cell) => String(cell ?? "-").padStart(9)).join("")}`);
  print(`\n${quantity}: errors in per cent of what was measured; "ours" and "closer" on the rows that both answer`);
  line("tool", [
    "rows",
    "median",
    "p90",
    "bias",
    "bysource",
    "ours",
    "our p90",
    "ratio",
    "closer%",
    ...METHODS,
    "home",
    "(rows)",
  ]);
  line("tunewright", [
    ours.answered,
    ours.medianAbsErrorPct,
    ours.p90AbsErrorPct,
    ours.biasPct,
    ours.medianBySourcePct,
  ]);
  for (const result of results.filter((each) => each.quantity === quantity)) {
    const { answered, medianAbsErrorPct, p90AbsErrorPct, biasPct, methods, home } = result;
    line(result.tool, [
      answered,
      medianAbsErrorPct,
      p90AbsErrorPct,
      biasPct,
      result.medianBySourcePct,
      result.ourMedianAbsErrorPct,
      result.ourP90AbsErrorPct,
      result.ratio,
      result.closerPct,
      ...METHODS.map((method) => methods[method]?.medianAbsErrorPct),
      home.medianAbsErrorPct,
      home.answered,
    ]);
  }
}
