// Speed and recall of the recognisers of personal data. One process, one core.
// Prints MB per CPU second for texts of several kinds, CPU seconds for 1 MB of hostile text, and with --measure DAY the
// lines of src/curate/pii/recognisers/data/measured.csv. With --python VENV/bin/python Presidio next to it, on the
// sentences made of personal data (../shared/peers/curation/pii_peer.py; its README says what to install). `node bench/pii-recognisers.bench.mjs [--measure 2026-11-25]`
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { gunzipSync } from "node:zlib";

import { writeChatRows } from "./chat-rows.mjs";

const { values } = parseArgs({
  options: { measure: { type: "string" }, dist: { type: "string" }, python: { type: "string" } },
  strict: false,
});
const root = fileURLToPath(new URL("..", import.meta.url));
const dist = values.dist ?? join(root, "dist");
if (!existsSync(join(dist, "curate/pii/recognisers/recognise.js"))) {
  process.stderr.write("no dist/: run npm run build first\n");
  process.exit(1);
}
const load = (name) => import(pathToFileURL(join(dist, "curate/pii/recognisers", name)).href);
const { recognise } = await load("recognise.js");
const { RECOGNISERS } = await load("registry.js");
const { NAMES } = await load("../names/name-recognisers.js");
const EVERY = [...RECOGNISERS, ...NAMES];
const ALL = { recognisers: RECOGNISERS.map(({ name }) => name) };
const print = (line) => process.stdout.write(`${line}\n`);
const shared = join(root, "../shared/data/curation");

/** Lines of JSON in a file of the shared data, or none if it is missing. */
function rowsOf(name, { gzip = false } = {}) {
  const path = join(shared, name);
  if (!existsSync(path)) return [];
  const bytes = readFileSync(path);
  const text = (gzip ? gunzipSync(bytes) : bytes).toString();
  return (
    (name.endsWith(".json")
      ? JSON.parse(text)
      : text
          .trim()
          .split("\n")
          .map((line) => JSON.parse(line))) ?? []
  );
}

function chatTexts() {
  const folder = mkdtempSync(join(tmpdir(), "tunewright-bench-"));
  try {
    const path = join(folder, "rows.jsonl");
    writeChatRows(path, { rows: 3000 });
    return readFileSync(path, "utf8")
      .trim()
      .split("\n")
      .map((line) =>
        JSON.parse(line)
          .messages.map(({ content }) => content)
          .join("\n"),
      );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const synth = rowsOf("pii/presidio_synth_dataset_v2.json").map(({ full_text: text, spans }) => ({
  text,
  gold: spans.map(({ start_position: start, end_position: end, entity_type: type }) => ({ start, end, type })),
}));
const clinical = rowsOf("pii/meddocan_dev.jsonl").map(({ text, spans }) => ({
  text,
  gold: spans.map(({ start, end, entity_type: type }) => ({ start, end, type })),
}));

/** Kinds of text, most like a dataset first. */
const KINDS = {
  "chat rows, generated words": chatTexts(),
  "instructions (self-instruct)": rowsOf("instruct/self_instruct_seed_tasks.jsonl").map((row) =>
    [row.instruction, ...row.instances.flatMap(({ input, output }) => [input, output])].join("\n"),
  ),
  "questions of knowledge (MMLU, decon)": rowsOf("decontam/decon_mmlu_test-1.jsonl.gz", { gzip: true }).map((row) =>
    Object.values(row)
      .filter((value) => typeof value === "string")
      .join("\n"),
  ),
  "clinical cases, Spanish (MEDDOCAN)": clinical.map(({ text }) => text),
  "sums in words (GSM8K), a digit in 12 characters": rowsOf("decontam/gsm8k_train.jsonl.gz", { gzip: true }).map(
    ({ question, answer }) => `${question}\n${answer}`,
  ),
  "sentences made of personal data (synth v2)": synth.map(({ text }) => text),
};

/** MB read per second of CPU time, over at least 4 MB. */
function speedOf(texts, options) {
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (bytes === 0) return undefined;
  for (const text of texts.slice(0, 500)) recognise(text, options);
  const rounds = Math.ceil(4e6 / bytes);
  const before = process.cpuUsage();
  for (let round = 0; round < rounds; round++) for (const text of texts) recognise(text, options);
  const { user, system } = process.cpuUsage(before);
  return (bytes * rounds) / (user + system);
}

print(`${RECOGNISERS.length} recognisers, Node ${process.version}`);
print("MB per CPU second                                      all   default       kB");
const speeds = Object.entries(KINDS).map(([kind, texts]) => {
  const kb = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0) / 1000;
  const [all, byDefault] = [speedOf(texts, ALL), speedOf(texts, {})];
  const cell = (value) => (value === undefined ? "no data" : value.toFixed(1)).padStart(9);
  print(`${kind.padEnd(48)} ${cell(all)} ${cell(byDefault)} ${kb.toFixed(0).padStart(8)}`);
  return { kind, kb, all, byDefault };
});

/** Presidio's speed on the same sentences, by the script of the shared peers: its patterns alone, and with a small model. */
function presidio(python, more) {
  const peer = join(root, "../shared/peers/curation/pii_peer.py");
  const args = [peer, "--in", join(shared, "pii/presidio_synth_dataset_v2.json"), ...more];
  const ran = spawnSync(python, args, { encoding: "utf8", maxBuffer: 1e8 });
  if (ran.status !== 0) return `not run: ${(ran.stderr || String(ran.error)).trim().split("\n").at(-1)}`;
  const { version, bytes, cpu_s: sec } = JSON.parse(ran.stdout.trim().split("\n").at(-1));
  return `${(bytes / 1e6 / sec).toFixed(4)} (presidio-analyzer ${version})`;
}
if (values.python !== undefined) {
  print(`Presidio, its patterns alone, those sentences      ${presidio(values.python, ["--patterns-only"])}`);
  print(`Presidio with a small model, those sentences       ${presidio(values.python, [])}`);
}

print("\nCPU seconds for 1 MB of hostile text, all recognisers");
const hostile = [
  "1234567890",
  "a.a.a.a.",
  "@@@@",
  "a@",
  "1 ",
  "12345 ",
  "1-",
  "::",
  "DE89 3704 ",
  "415-555-0132 ",
  "May 1 ",
].map((piece) => {
  const text = piece.repeat(Math.ceil(1e6 / piece.length));
  const before = process.cpuUsage();
  recognise(text, { ...ALL, minScore: 0 });
  const { user, system } = process.cpuUsage(before);
  const sec = (user + system) / 1e6;
  print(`${JSON.stringify(piece).padEnd(20)} ${sec.toFixed(2).padStart(6)}`);
  return { piece, sec };
});
print(JSON.stringify({ benchmark: "pii-recognisers", speeds, hostile }));

/** Classes of types in which spans are compared, as `pii_score.py` of the shared peers has them. */
const CLASSES = {
  DOMAIN_NAME: "URL",
  STREET_ADDRESS: "LOCATION",
  GPE: "LOCATION",
  ZIP_CODE: "LOCATION",
  TITLE: "PERSON",
  FECHAS: "DATE_TIME",
  CORREO_ELECTRONICO: "EMAIL_ADDRESS",
  NUMERO_TELEFONO: "PHONE_NUMBER",
  NUMERO_FAX: "PHONE_NUMBER",
  EDAD_SUJETO_ASISTENCIA: "AGE",
  ID_SUJETO_ASISTENCIA: "MEDICAL_RECORD_NUMBER",
  ID_ASEGURAMIENTO: "HEALTH_PLAN_NUMBER",
  ID_TITULACION_PERSONAL_SANITARIO: "PROFESSIONAL_LICENSE_NUMBER",
};

/** Spans of one class as blocks: those that touch, or have no word character between them, are one; cut to words. */
function blocks(text, spans) {
  const merged = [];
  for (const { start, end } of spans.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    const last = merged.at(-1);
    if (last !== undefined && (start <= last.end || !/[\p{L}\p{N}_]/u.test(text.slice(last.end, start)))) {
      last.end = Math.max(last.end, end);
    } else merged.push({ start, end });
  }
  return merged.flatMap(({ start, end }) => {
    const inside = text.slice(start, end);
    const first = inside.search(/[\p{L}\p{N}_]/u);
    if (first === -1) return [];
    return [{ start: start + first, end: end - (/[^\p{L}\p{N}_]*$/u.exec(inside)?.[0].length ?? 0) }];
  });
}

/** Pairs of known and found blocks that share 3/4 of what they cover together, one to one, the best first. */
function matches(known, found) {
  const pairs = known.flatMap((a, i) =>
    found.map((b, j) => {
      const shared = Math.min(a.end, b.end) - Math.max(a.start, b.start);
      return { i, j, iou: shared / (Math.max(a.end, b.end) - Math.min(a.start, b.start)) };
    }),
  );
  const [left, right] = [new Set(), new Set()];
  for (const { i, j, iou } of pairs.toSorted((a, b) => b.iou - a.iou || a.i - b.i || a.j - b.j)) {
    if (iou < 0.75 || left.has(i) || right.has(j)) continue;
    left.add(i);
    right.add(j);
  }
  return left.size;
}

/** Counts of one entity's class over a set; its own recognisers run in addition to those on by default. */
function measured(set, entity, { locales, isDefault }) {
  const own = EVERY.filter((each) => each.entity === entity).map(({ name }) => name);
  const usual = EVERY.filter((each) => each.isDefault).map(({ name }) => name);
  const recognisers = isDefault ? usual : [...new Set([...usual, ...own])];
  const options = { names: true, recognisers, locales };
  let [known, found, right] = [0, 0, 0];
  for (const { text, gold } of set) {
    const a = blocks(
      text,
      gold.filter(({ type }) => (CLASSES[type] ?? type) === entity),
    );
    const b = blocks(
      text,
      recognise(text, options).filter(({ type }) => (CLASSES[type] ?? type) === entity),
    );
    known += a.length;
    found += b.length;
    right += matches(a, b);
  }
  return [known, found, right];
}

if (values.measure !== undefined) {
  const entities = [...new Set(EVERY.map(({ entity }) => entity))].toSorted((a, b) => (a < b ? -1 : 1));
  print("\nentity,set,on,known,found,right");
  for (const entity of entities.filter((name) => CLASSES[name] === undefined)) {
    const isDefault = EVERY.some((each) => each.entity === entity && each.isDefault);
    for (const [name, set, locales] of [
      ["Presidio synth v2", synth, undefined],
      ["MEDDOCAN dev", clinical, ["ES"]],
    ]) {
      const [known, found, right] = measured(set, entity, { locales, isDefault });
      if (name === "Presidio synth v2" || known > 0)
        print([entity, name, values.measure, known, found, right].join(","));
    }
  }
}
