// Finds duplicates in rows of about 200 words, end to end as a process of its own: reading, finding, comparing in full; and
// by sketches only. From 10,000 rows to --rows, ten times as many each time. Prints one table and one JSON line.
//
// With --python, an interpreter that has the packages of ../shared/peers/curation, the corpus with known pairs is made
// there, all answers are scored by it, and rensa, gaoya, datasketch and text-dedup also run on the same 100,000 rows (or
// --rows, if fewer), datatrove on 10,000: it takes some four milliseconds a row. --peers runs those alone that are named.
//
//     node bench/dedup.bench.mjs [--rows 1000000] [--python peers/bin/python] [--peers rensa,gaoya]
import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { measuredCommand } from "./measured-command.mjs";

const { values } = parseArgs({
  options: { rows: { type: "string", default: "100000" }, python: { type: "string" }, peers: { type: "string" } },
  strict: false,
});
const most = Number(values.rows);
const print = (line) => process.stdout.write(`${line}\n`);
const peers = fileURLToPath(new URL("../../shared/peers/curation/", import.meta.url));

const OWN = [
  { tool: "tunewright", flags: [] },
  { tool: "tunewright, sketches", flags: ["--no-verify"] },
];

/** Peers with the most rows that they run on. 32 bands of 4: with fewer they miss pairs at the threshold. */
const PEERS = [
  { tool: "rensa, exact check", rows: 100_000, flags: ["--tool", "rensa", "--bands", "32", "--verify", "exact"] },
  { tool: "gaoya, exact check", rows: 100_000, flags: ["--tool", "gaoya", "--bands", "32", "--verify", "exact"] },
  {
    tool: "datasketch, exact check",
    rows: 100_000,
    flags: ["--tool", "datasketch", "--bands", "32", "--verify", "exact"],
  },
  { tool: "rensa, 16 bands, no check", rows: 100_000, flags: ["--tool", "rensa"] },
  { tool: "text-dedup", rows: 100_000, flags: ["--tool", "text-dedup"] },
  { tool: "text-dedup, 32 bands", rows: 100_000, flags: ["--tool", "text-dedup", "--bands", "32"] },
  { tool: "datatrove", rows: 10_000, flags: ["--tool", "datatrove"] },
];

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

function python(script, args) {
  const { status, stdout, stderr } = spawnSync(values.python, ["-W", "ignore", join(peers, script), ...args], {
    encoding: "utf8",
  });
  if (status !== 0 && stdout === "") throw new Error(stderr);
  return JSON.parse(stdout.trim().split("\n").at(-1));
}

function scored({ recall_dropped: recallDropped, precision, precision_kept: precisionKept }) {
  return { recallDropped, precision, precisionKept };
}

/** Results of this build, and of the peers that can handle the number of rows, on one corpus, one after the other. */
function* compared(rows, { path, gold, out }) {
  if (values.python === undefined) writeRows(path, rows);
  else python("make_corpus.py", ["--rows", String(rows), "--out", path, "--gold", gold, "--seed", "1"]);
  const corpus = { rows, mb: statSync(path).size / 1e6 };
  for (const { tool, flags } of OWN) {
    const words = ["data", "dedup", path, "--text-field", "text", "--clusters", "--json", ...flags];
    const usage = measuredCommand(words, { out });
    const dropped = readFileSync(out, "utf8").split('"row":').length - 1;
    const score = values.python === undefined ? {} : python("dedup_score.py", ["--gold", gold, "--clusters", out]);
    yield { ...corpus, tool, ...usage, dropped, ...scored(score) };
  }
  if (values.python === undefined) return;
  const named = values.peers?.split(",");
  const isAsked = ({ tool }) => named === undefined || named.some((name) => tool.startsWith(name));
  for (const { tool, flags } of PEERS.filter((peer) => isAsked(peer) && rows === Math.min(peer.rows, most))) {
    try {
      const answer = python("dedup_peer.py", [...flags, "--in", path, "--gold", gold]);
      const { cpu_s: cpuSec, peak_mb: peakMb, dropped } = answer;
      yield { ...corpus, tool, cpuSec, peakMb, dropped, ...scored(answer) };
    } catch (error) {
      process.stderr.write(`${tool} did not run: ${String(error).trim().split("\n").at(-1)}\n`);
    }
  }
}

const share = (value) => (typeof value === "number" ? value.toFixed(5) : "–").padStart(14);

function line({ tool, rows, mb, cpuSec, peakMb, dropped, recallDropped, precision, precisionKept }) {
  return `${tool.padEnd(26)} ${String(rows).padStart(9)} ${mb.toFixed(0).padStart(5)} ${cpuSec.toFixed(2).padStart(7)} ${(rows / cpuSec).toFixed(0).padStart(11)} ${peakMb.toFixed(0).padStart(8)} ${String(dropped).padStart(8)} ${share(recallDropped)} ${share(precision)} ${share(precisionKept)}`;
}

const folder = mkdtempSync(join(tmpdir(), "tunewright-bench-"));
try {
  const [path, gold, out] = ["rows.jsonl", "gold.jsonl", "clusters.ndjson"].map((name) => join(folder, name));
  print(
    `rows of 1.3 kB, ${cpus().length} cores, Node ${process.version}; CPU seconds hold from the start of the process to its end, of peers from after their import`,
  );
  print(
    "tool                            rows    MB   CPU s  rows/CPU s  peak MB  dropped recall_dropped      precision precision_kept",
  );
  const results = [];
  for (let rows = Math.min(10_000, most); rows <= most; rows *= 10) {
    for (const result of compared(rows, { path, gold, out })) {
      results.push(result);
      print(line(result));
    }
  }
  print(JSON.stringify({ benchmark: "dedup", results }));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
