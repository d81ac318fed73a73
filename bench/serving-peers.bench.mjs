// Rules that people use today, and NVIDIA's aiconfigurator, on the same measured operating points as our estimates: how many
// each answers, how far off it is, and how far off we are on what it answers and on what it refuses.
// `npm run build && node bench/serving-peers.bench.mjs [measurements.csv]`; ours are those of `plan check serving`, each source
// judged with itself left out. Rules are written anew from their published source, one file each in serving-peers/.
// If PEERS_PYTHON names a Python with aiconfigurator 0.12.0, it is run on every third row (EVERY=1: on all) that states
// a number of requests, the others having nothing that it could take; PEERS_OUTPUT names what such a run printed,
// several by commas, and is read in its place. DIST names another folder that was built.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import { llmAnalysis } from "./serving-peers/llm-analysis.mjs";
import { fixedRule, idealRoofline } from "./serving-peers/roofline.mjs";
import { score } from "./training-peers/score.mjs";

const RULES = [idealRoofline, fixedRule, llmAnalysis];
const QUANTITIES = ["tpotMs", "ttftMs", "outputTokensPerSec"];
const PEER = "aiconfigurator 0.12.0 (run)";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const print = (line) => process.stdout.write(`${line}\n`);
const path = process.argv.find((each) => each.endsWith(".csv")) ?? here("../../shared/data/serving/measurements.csv");
const peerScript = here("../../shared/peers/serving/aic_peer.py");
const dist = resolve(process.env.DIST ?? here("../dist"));
if (!existsSync(path) || !existsSync(join(dist, "cli/main.js"))) {
  print(`skipped: it needs ${path} (or the path of a CSV of serving measurements) and dist/`);
  process.exit(0);
}

const load = (module) => import(pathToFileURL(join(dist, module)).href);
const { parseRaggedCsv } = await load("base/csv.js");
const { findGpu } = await load("catalog/gpus.js");
const { findModel } = await load("catalog/models.js");
const { specifiedTflops } = await load("catalog/peak-tflops.js");
const { servingRow } = await load("plan/serve-check/serving-row.js");

const facts = parseRaggedCsv(readFileSync(path, "utf8"), path).rows;
const asked = new Map(facts.map(({ fields }) => [fields.id, peerRow(fields)]));
/** Rows that state a number of requests, which the installed tool needs. */
const counted = new Set(facts.filter(({ fields }) => /^\d+$/.test(fields.concurrency)).map(({ fields }) => fields.id));
const rows = ourRows();
const peer = peerAnswers();
const tools = [
  ...RULES.map(({ name, estimate }) => ({
    name,
    answers: new Map([...asked].map(([id, row]) => [id, row && estimate(row)])),
  })),
  ...(peer ? [{ name: PEER, answers: peer, isPeer: true }] : []),
];
const results = QUANTITIES.flatMap((quantity) => tools.map((tool) => scored(tool, quantity)));
for (const quantity of QUANTITIES) printTools(quantity);
const beside = peer ? QUANTITIES.map(besidePeer) : [];
if (peer) printPeer();
print(JSON.stringify({ benchmark: "serving-peers", rows: rows.length, results, beside }));

/**
 * Facts of a row that a rule may use: the replica and the load that it was read as; undefined if it could not be read.
 */
function peerRow(fields) {
  const row = servingRow(fields, { findModel, findGpu });
  return "refused" in row ? undefined : { ...row, specifiedTflops };
}

/** Measured quantities of the check with our estimate. */
function ourRows() {
  const cli = join(dist, "cli/main.js");
  const found = spawnSync(process.execPath, [cli, "plan", "check", "serving", path, "--json"], { maxBuffer: 2 ** 28 });
  if (found.status !== 0) throw new Error(`plan check serving: ${String(found.stderr)}`);
  const { rows: checked } = JSON.parse(String(found.stdout));
  // A row that is implausible is rejected by the check and has no measured value: nobody is judged by it.
  return checked
    .filter(({ measured }) => measured !== undefined)
    .map(({ id, source, quantity, measured, p50 }) => ({ id, quantity, measured, ours: p50, run: { source } }));
}

/**
 * Estimate of the installed tool for each row in question, undefined for one that it rejects; empty if it is not
 * installed.
 */
function peerAnswers() {
  const printed = process.env.PEERS_OUTPUT?.split(",").map((each) => readFileSync(each, "utf8")) ?? runPeer();
  if (printed === undefined) return undefined;
  const lines = printed.flatMap((text) => text.trim().split("\n")).map((line) => JSON.parse(line));
  return new Map(lines.map(({ id, refused, ...answer }) => [id, refused === undefined ? answer : undefined]));
}

function runPeer() {
  const python = process.env.PEERS_PYTHON;
  if (!python || !existsSync(peerScript)) {
    print(
      `aiconfigurator skipped: PEERS_PYTHON names no Python that has it (pip install aiconfigurator==0.12.0), or ${peerScript} is missing`,
    );
    return undefined;
  }
  const [head, ...lines] = readFileSync(path, "utf8").trimEnd().split("\n");
  const every = Number(process.env.EVERY ?? 3);
  const taken = new Set(facts.filter(({ fields }) => counted.has(fields.id)).map(({ line }) => line));
  const chosen = lines.filter((_, index) => taken.has(index + 2)).filter((_, index) => index % every === 0);
  const folder = mkdtempSync(join(tmpdir(), "serving-peers-"));
  writeFileSync(join(folder, "rows.csv"), [head, ...chosen].join("\n"));
  const found = spawnSync(python, [peerScript, join(folder, "rows.csv")], { maxBuffer: 2 ** 28 });
  rmSync(folder, { recursive: true });
  if (found.status === 0) return [String(found.stdout)];
  print(
    `aiconfigurator skipped: ${python} ended with ${found.status}: ${String(found.stderr).trim().split("\n").at(-1)}`,
  );
  return undefined;
}

/** Rows of a quantity that a tool was asked of, with its answer. */
function compared({ answers, isPeer }, quantity) {
  return rows
    .filter((row) => row.quantity === quantity && (!isPeer || answers.has(row.id)))
    .map((row) => ({ ...row, theirs: answers.get(row.id)?.[quantity] }));
}

function scored(tool, quantity) {
  const those = compared(tool, quantity);
  return { tool: tool.name, quantity, rows: those.length, ...score(those) };
}

/** One line a tool: all that it answered, then both on the rows that both answered. */
function printTools(quantity) {
  const own = rows.filter((row) => row.quantity === quantity).map((row) => ({ ...row, theirs: row.ours }));
  const ours = score(own);
  print(`\n${quantity}: errors in per cent of what was measured; "ours" and "closer" on the rows that both answer`);
  line("tool", ["rows", "answered", "median", "p90", "bias", "ours", "our p90", "ratio", "closer%"]);
  line("tunewright", [own.length, ours.answered, ours.medianAbsErrorPct, ours.p90AbsErrorPct, ours.biasPct]);
  for (const each of results.filter((result) => result.quantity === quantity))
    line(each.tool, [
      each.rows,
      each.answered,
      each.medianAbsErrorPct,
      each.p90AbsErrorPct,
      each.biasPct,
      each.ourMedianAbsErrorPct,
      each.ourP90AbsErrorPct,
      each.ratio,
      each.closerPct,
    ]);
}

/** Both by source on what the installed tool answers, and ours on what it refuses or cannot be asked of. */
function besidePeer(quantity) {
  const tool = tools.find(({ isPeer }) => isPeer);
  const those = compared(tool, quantity);
  const answered = those.filter(({ theirs, ours }) => theirs !== undefined && ours !== undefined);
  const others = rows
    .filter((row) => row.quantity === quantity && row.ours !== undefined)
    .filter(({ id }) => (peer.has(id) ? peer.get(id) === undefined : !counted.has(id)))
    .map((row) => ({ ...row, theirs: row.ours }));
  const sources = [...new Set(answered.map(({ run }) => run.source))].toSorted((a, b) => (a < b ? -1 : 1));
  return {
    quantity,
    answered: score(answered),
    bySource: sources.map((source) => ({ source, ...score(answered.filter(({ run }) => run.source === source)) })),
    refusedByPeer: score(others),
  };
}

function printPeer() {
  print(
    `\n${PEER} compared with ours on the rows that both answer, by source, and ours on the rows that it refuses or that state no number of requests`,
  );
  line("quantity, source", ["rows", "its med", "its p90", "our med", "our p90", "closer%"]);
  for (const { quantity, answered, bySource, refusedByPeer } of beside) {
    for (const each of [...bySource, { source: "all", ...answered }])
      line(`${quantity}, ${each.source}`, [
        each.answered,
        each.medianAbsErrorPct,
        each.p90AbsErrorPct,
        each.ourMedianAbsErrorPct,
        each.ourP90AbsErrorPct,
        each.closerPct,
      ]);
    line(`${quantity}, that it refuses`, [
      refusedByPeer.answered,
      "-",
      "-",
      refusedByPeer.medianAbsErrorPct,
      refusedByPeer.p90AbsErrorPct,
    ]);
  }
}

function line(name, cells) {
  print(`${name.padEnd(36)}${cells.map((cell) => String(cell ?? "-").padStart(10)).join("")}`);
}
