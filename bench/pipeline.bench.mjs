// Runs a pipeline over generated chat rows by the command line, with each executor, then once more over what is there.
// Memory is the peak of the resident set summed over the process tree, CPU what all its threads took, both sampled every
// 50 ms; the main thread is what no worker shortens. Prints one table and one JSON line.
// `node bench/pipeline.bench.mjs [--rows 200000] [--workers 2] [--executors inline,threads,processes]
//   [--stages trainable,exact] [--shard-rows 8192]`; for what a programme would run: `--stages trainable,rights,redact,quality`
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
    stages: { type: "string", default: "trainable,exact" },
    "shard-rows": { type: "string", default: "8192" },
  },
  strict: false,
});
const print = (line) => process.stdout.write(`${line}\n`);
const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
if (!existsSync(main)) {
  process.stderr.write("no dist/: run npm run build first\n");
  process.exit(1);
}

function item(stage) {
  return stage === "rights" ? "{stage: rights, rights: rights.yaml, on: 2026-11-25}" : `{stage: ${stage}}`;
}

const PROGRAMME = `version: 1
name: Benchmark
task: {kind: chat, goals: [style]}
model: {base: Qwen/Qwen2.5-7B}
data:
  files: [{path: data.jsonl, role: train, origin: own}]
  plannedRows: 1000
  meanTokens: 100
  pipeline: [${values.stages.split(",").map(item).join(", ")}]
`;

/** Seconds of one tick of /proc. */
const TICK_SEC = 0.01;

/** Numbers of a line of /proc/…/stat behind the name: parent at 1, user and system ticks at 11 and 12, those of ended children at 13 and 14. */
function statOf(path) {
  const stat = readFileSync(path, "utf8");
  return stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .map(Number);
}

/** Resources of a process and its children: resident MiB, CPU seconds, and those of its first thread. */
function treeUse(root) {
  const stats = new Map();
  for (const pid of readdirSync("/proc")) {
    if (!/^\d+$/.test(pid)) continue;
    try {
      stats.set(Number(pid), statOf(`/proc/${pid}/stat`));
    } catch {
      // it has ended
    }
  }
  const parentOf = (pid) => stats.get(pid)?.[1] ?? 0;
  const isBelow = (pid) => pid === root || (parentOf(pid) > 1 && isBelow(parentOf(pid)));
  const use = { mib: 0, cpuSec: 0, mainSec: 0 };
  for (const [pid, stat] of stats) {
    if (!isBelow(pid)) continue;
    const ended = pid === root ? stat[13] + stat[14] : 0;
    use.cpuSec += (stat[11] + stat[12] + ended) * TICK_SEC;
    try {
      use.mib += Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;
      if (pid !== root) continue;
      const main = statOf(`/proc/${pid}/task/${pid}/stat`);
      use.mainSec = (main[11] + main[12]) * TICK_SEC;
    } catch {
      // it has ended
    }
  }
  return use;
}

async function measured(dir, executor) {
  const started = performance.now();
  const words = ["data", "run", dir, "--executor", executor, "--workers", values.workers, "--quiet", "--json"];
  words.push("--shard-rows", values["shard-rows"]);
  const child = spawn(process.execPath, [main, ...words], { stdio: ["ignore", "pipe", "inherit"] });
  let [stdout, peakMib, cpuSec, mainSec] = ["", 0, 0, 0];
  child.stdout.setEncoding("utf8").on("data", (text) => (stdout += text));
  const sampler = setInterval(() => {
    const use = treeUse(child.pid);
    peakMib = Math.max(peakMib, use.mib);
    cpuSec = Math.max(cpuSec, use.cpuSec);
    mainSec = Math.max(mainSec, use.mainSec);
  }, 50);
  await new Promise((resolve) => child.once("close", resolve));
  clearInterval(sampler);
  const run = JSON.parse(stdout);
  return {
    executor,
    sec: (performance.now() - started) / 1000,
    cpuSec,
    mainSec,
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
  writeFileSync(join(dir, "rights.yaml"), "sources: [{source: data.jsonl, licence: CC-BY-4.0}]\n");
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
  print("executor   seconds   MB/s  CPU s  main s  peak MiB  estimated  shards run");
  for (const { executor, sec, cpuSec, mainSec, peakMib, estimatedMib, shardsRun } of results) {
    const cells = [
      sec.toFixed(1).padStart(8),
      (mb / sec).toFixed(1).padStart(6),
      cpuSec.toFixed(1).padStart(6),
      mainSec.toFixed(1).padStart(7),
      peakMib.toFixed(0).padStart(9),
    ];
    print(
      `${executor.padEnd(9)} ${cells.join(" ")} ${estimatedMib.toFixed(0).padStart(10)} ${String(shardsRun).padStart(11)}`,
    );
  }
  if (new Set(results.map(({ sha256 }) => sha256)).size !== 1) throw new Error("the executors gave different rows");
  print(JSON.stringify({ benchmark: "pipeline", mb, results }));
} finally {
  rmSync(dir, { recursive: true, force: true });
}
