// Runs a pipeline of three stages (read, trainable, exact) over generated chat rows by the command line, with each
// executor, then once more over what is there; memory is the peak of the resident set summed over the process tree,
// sampled every 50 ms. Prints one table and one JSON line.
// `node bench/pipeline.bench.mjs [--rows 200000] [--workers 2] [--executors inline,threads,processes]`
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { writeChatRows } from "./chat-rows.mjs";

const { values } = parseArgs({
  options: {
    rows: { type: "string", default: "200000" },
    workers: { type: "string", default: "2" },
    executors: { type: "string", default: "inline,threads,processes" },
  },
  strict: false,
});
const print = (line) => process.stdout.write(`${line}\n`);
const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
if (!existsSync(main)) {
  process.stderr.write("no dist/: run npm run build first\n");
  process.exit(1);
}

const PROGRAMME = `version: 1
name: Benchmark
task: {kind: chat, goals: [style]}
model: {base: Qwen/Qwen2.5-7B}
data:
  files: [{path: data.jsonl, role: train, origin: own}]
  plannedRows: 1000
  meanTokens: 100
  pipeline: [{stage: trainable}, {stage: exact}]
`;

/** Resident MiB of a process and all that it started. */
function treeMib(root) {
  const parents = new Map();
  for (const pid of readdirSync("/proc")) {
    if (!/^\d+$/.test(pid)) continue;
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      parents.set(Number(pid), Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]));
    } catch {
      // it has ended
    }
  }
  const isBelow = (pid) => pid === root || (parents.has(pid) && parents.get(pid) > 1 && isBelow(parents.get(pid)));
  let kib = 0;
  for (const pid of parents.keys()) {
    if (!isBelow(pid)) continue;
    try {
      kib += Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
    } catch {
      // it has ended
    }
  }
  return kib / 1024;
}

async function measured(dir, executor) {
  const started = performance.now();
  const words = ["data", "run", dir, "--executor", executor, "--workers", values.workers, "--quiet", "--json"];
  const child = spawn(process.execPath, [main, ...words], { stdio: ["ignore", "pipe", "inherit"] });
  let [stdout, peakMib] = ["", 0];
  child.stdout.setEncoding("utf8").on("data", (text) => (stdout += text));
  const sampler = setInterval(() => (peakMib = Math.max(peakMib, treeMib(child.pid))), 50);
  await new Promise((resolve) => child.once("close", resolve));
  clearInterval(sampler);
  const run = JSON.parse(stdout);
  return {
    executor,
    sec: (performance.now() - started) / 1000,
    peakMib,
    estimatedMib: run.estimate.memoryBytes / 2 ** 20,
    rows: run.stages[0].rowsIn,
    sha256: run.stages.at(-1).sha256,
    shardsRun: run.stages.reduce((sum, each) => sum + each.shardsRun, 0),
  };
}

const dir = mkdtempSync(join(tmpdir(), "tunewright-pipeline-"));
try {
  writeFileSync(join(dir, "programme.yaml"), PROGRAMME);
  writeChatRows(join(dir, "data.jsonl"), { rows: Number(values.rows) });
  const mb = statSync(join(dir, "data.jsonl")).size / 1e6;
  const results = [];
  for (const executor of values.executors.split(",")) {
    rmSync(join(dir, ".tunewright"), { recursive: true, force: true });
    rmSync(join(dir, "curated.jsonl"), { force: true });
    results.push(await measured(dir, executor));
  }
  results.push({ ...(await measured(dir, values.executors.split(",")[0])), executor: "again" });
  print(
    `${values.rows} rows, ${mb.toFixed(0)} MB, ${cpus().length} cores, ${values.workers} workers, Node ${process.version}`,
  );
  print("executor   seconds   MB/s  peak MiB  estimated  shards run");
  for (const { executor, sec, peakMib, estimatedMib, shardsRun } of results) {
    const cells = [sec.toFixed(1).padStart(8), (mb / sec).toFixed(1).padStart(6), peakMib.toFixed(0).padStart(9)];
    print(
      `${executor.padEnd(9)} ${cells.join(" ")} ${estimatedMib.toFixed(0).padStart(10)} ${String(shardsRun).padStart(11)}`,
    );
  }
  if (new Set(results.map(({ sha256 }) => sha256)).size !== 1) throw new Error("the executors gave different rows");
  print(JSON.stringify({ benchmark: "pipeline", mb, results }));
} finally {
  rmSync(dir, { recursive: true, force: true });
}
