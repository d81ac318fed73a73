// Finds duplicates in generated rows of about 200 words, end to end as a process of its own, in the default way and by
// sketches alone; 10,000 rows to --rows. Prints one table and one JSON line. With --python, an interpreter that has the
// packages of ../shared/peers/curation, the corpus with known pairs is made there, the answers are scored, and rensa with
// an exact check runs beside. `node bench/dedup.bench.mjs [--rows 100000] [--python peers/bin/python]`
import { spawnSync } from "node:child_process";
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: { rows: { type: "string", default: "100000" }, python: { type: "string" } },
  strict: false,
});
const print = (line) => process.stdout.write(`${line}\n`);
const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
const peers = fileURLToPath(new URL("../../shared/peers/curation/", import.meta.url));
if (!existsSync(main)) {
  process.stderr.write("no dist/: run npm run build first\n");
  process.exit(1);
}

/** Rows of random words, of which every tenth is a copy of an earlier one with three words changed. */
function writeRows(path, rows) {
  const file = openSync(path, "w");
  let state = 1;
  const random = (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const recent = [];
  for (let row = 0; row < rows; row++) {
    const isCopy = row % 10 === 9;
    const words = isCopy
      ? [...recent[random(recent.length)]]
      : Array.from({ length: 100 + random(200) }, () => `w${Math.floor(50_000 ** (random(1e9) / 1e9))}`);
    if (isCopy) for (let edit = 0; edit < 3; edit++) words[random(words.length)] = `e${row}`;
    else if (recent.push(words) > 1000) recent.shift();
    writeSync(file, `${JSON.stringify({ id: row, text: words.join(" ") })}\n`);
  }
  closeSync(file);
}

/** Runs node and says what it took: the child reports its own resources when it ends. */
function measured(args, out) {
  const report =
    "process.on('exit', () => { const { userCPUTime: u, systemCPUTime: s, maxRSS } = process.resourceUsage(); process.stderr.write('\\nusage ' + JSON.stringify({ cpuSec: (u + s) / 1e6, peakRssMib: maxRSS / 1024 })); })";
  const { status, stderr } = spawnSync(
    process.execPath,
    ["--import", `data:text/javascript,${encodeURIComponent(report)}`, main, ...args],
    { stdio: ["ignore", openSync(out, "w"), "pipe"], encoding: "utf8" },
  );
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(/usage (.*)$/.exec(stderr)[1]);
}

function python(script, args) {
  const { status, stdout, stderr } = spawnSync(values.python, ["-W", "ignore", join(peers, script), ...args], {
    encoding: "utf8",
  });
  if (status !== 0 && stdout === "") throw new Error(stderr);
  return JSON.parse(stdout.trim().split("\n").at(-1));
}

const folder = mkdtempSync(join(tmpdir(), "tunewright-bench-"));
try {
  const results = [];
  for (let rows = Math.min(10_000, Number(values.rows)); rows <= Number(values.rows); rows *= 10) {
    const [path, gold, out] = ["rows.jsonl", "gold.jsonl", "clusters.ndjson"].map((name) => join(folder, name));
    if (values.python === undefined) writeRows(path, rows);
    else python("make_corpus.py", ["--rows", String(rows), "--out", path, "--gold", gold, "--seed", "1"]);
    const mb = statSync(path).size / 1e6;
    for (const { tool, flags } of [
      { tool: "tunewright", flags: [] },
      { tool: "tunewright, sketches", flags: ["--no-verify"] },
    ]) {
      const usage = measured(["data", "dedup", path, "--text-field", "text", "--clusters", "--json", ...flags], out);
      const dropped = readFileSync(out, "utf8").split('"row":').length - 1;
      const score = values.python === undefined ? {} : python("dedup_score.py", ["--gold", gold, "--clusters", out]);
      results.push({
        rows,
        mb,
        tool,
        ...usage,
        dropped,
        recallDropped: score.recall_dropped,
        precisionKept: score.precision_kept,
      });
    }
    if (values.python === undefined) continue;
    const peer = python("dedup_peer.py", [
      "--tool",
      "rensa",
      "--in",
      path,
      "--gold",
      gold,
      "--bands",
      "32",
      "--verify",
      "exact",
    ]);
    const {
      cpu_s: cpuSec,
      peak_mb: peakMb,
      dropped,
      recall_dropped: recallDropped,
      precision_kept: precisionKept,
    } = peer;
    results.push({
      rows,
      mb,
      tool: "rensa, exact check",
      cpuSec,
      peakRssMib: (peakMb * 1e6) / 2 ** 20,
      dropped,
      recallDropped,
      precisionKept,
    });
  }
  const share = (value) => (value === undefined ? "–" : value.toFixed(5)).padStart(9);
  print(
    `rows of 1.3 kB, ${cpus().length} cores, Node ${process.version}; CPU seconds hold from the start of the process to its end, of rensa from after its import`,
  );
  print("tool                       rows    MB   CPU s  rows/CPU s  peak MiB  dropped    recall  has keeper");
  for (const { tool, rows, mb, cpuSec, peakRssMib, dropped, recallDropped, precisionKept } of results) {
    print(
      `${tool.padEnd(20)} ${String(rows).padStart(10)} ${mb.toFixed(0).padStart(5)} ${cpuSec.toFixed(2).padStart(7)} ${(rows / cpuSec).toFixed(0).padStart(11)} ${peakRssMib.toFixed(0).padStart(9)} ${String(dropped).padStart(8)} ${share(recallDropped)} ${share(precisionKept)}`,
    );
  }
  print(JSON.stringify({ benchmark: "dedup", results }));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
