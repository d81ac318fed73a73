// Recall of each method of decontamination on rephrased test items next to the published figures, of the default on items in
// other forms by kind, hits on clean instruction rows, and speed: megabytes of row text a CPU second, matching alone and end to end from a file.
// `node bench/decontaminate.bench.mjs [--rows 50000]`
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { gunzipSync } from "node:zlib";

const { values } = parseArgs({ options: { rows: { type: "string", default: "50000" } }, strict: false });
const print = (line) => process.stdout.write(`${line}\n`);
const dist = new URL("../dist/curate/decontaminate/", import.meta.url);
const shared = fileURLToPath(new URL("../../shared/data/curation/", import.meta.url));
if (!existsSync(fileURLToPath(dist)) || !existsSync(shared)) {
  process.stderr.write("no dist/ (run npm run build first), or no shared data next to the project: nothing measured\n");
  process.exit(existsSync(shared) ? 1 : 0);
}
const { decontaminator } = await import(new URL("decontaminator.js", dist));
const { decontaminateFiles } = await import(new URL("decontaminate-files.js", dist));
const { readBenchmark } = await import(new URL("read-benchmark.js", dist));

const rowsOf = (file) => {
  const bytes = readFileSync(join(shared, file));
  const text = (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8").trim();
  return text.startsWith("[") ? JSON.parse(text) : text.split("\n").map((line) => JSON.parse(line));
};
const asBenchmark = (texts) => ({
  name: "items",
  fields: {},
  isGuessed: false,
  items: texts.map((text) => [{ kind: "question", text }]),
});

/** Recall on the same definition by hand-written word n-grams, 2026-11-25 (curation reference, section 2). */
const SETS = [
  {
    name: "HumanEval, rephrased in Python",
    items: rowsOf("decontam/rephrased/HumanEval_text.jsonl").map((row) => row.text),
    rephrased: rowsOf("decontam/rephrased/humaneval_python.jsonl").map((row) => row.text),
    published: { "ngram-8": 0.061, "ngram-10": 0.014, "ngram-13": 0.007, palm: 0, coverage: 0.007, lcs: 0.054 },
  },
  {
    name: "GSM8K, rephrased",
    items: rowsOf("decontam/gsm8k_test.jsonl").map((row) => row.question),
    rephrased: rowsOf("decontam/rephrased/rephrase_gsm8k.jsonl").map((row) => row.text),
    published: { "ngram-8": 0.055, "ngram-10": 0.005, "ngram-13": 0, palm: 0, coverage: 0.015, lcs: 0.166 },
  },
];
const METHODS = ["default", "ngram-8", "ngram-10", "ngram-13", "gpt3", "palm", "coverage", "lcs", "decon"];
const recalls = [];
for (const { name, items, rephrased, published } of SETS) {
  const pairs = rephrased.map((text, item) => ({ text, item })).filter(({ text }) => text.trim() !== "");
  print(`\n${name}: ${pairs.length} pairs (published n: 147 and 398)`);
  print("method     recall  published  verbatim  rows with another item");
  for (const method of METHODS) {
    const hitsOf = await decontaminator({ benchmarks: [asBenchmark(items)], method });
    let [found, other, verbatim] = [0, 0, 0];
    for (const { text, item } of pairs) {
      const hits = hitsOf({ text });
      if (hits.some((hit) => hit.item === item)) found += 1;
      if (hits.some((hit) => hit.item !== item)) other += 1;
      if (hitsOf({ text: items[item] }).some((hit) => hit.item === item)) verbatim += 1;
    }
    const recall = found / pairs.length;
    const beside = published[method] === undefined ? "–" : published[method].toFixed(3);
    print(
      `${method.padEnd(10)} ${recall.toFixed(3).padStart(6)} ${beside.padStart(10)} ${(verbatim / pairs.length).toFixed(3).padStart(9)} ${String(other).padStart(8)}`,
    );
    recalls.push({ set: name, method, recall, published: published[method] ?? null, other, n: pairs.length });
  }
}

/** Items that are re-formatted of each set, spread over it. */
const DRAWN = 120;
const { TEXT_FORMATS, CODE_FORMATS } = await import("./reformats.mjs");
const FORMED = [
  { file: "HumanEval.jsonl.gz", itemOf: (row) => ({ question: row.prompt, answer: row.canonical_solution }) },
  { file: "mbpp.jsonl", itemOf: (row) => ({ question: row.text, answer: row.code, code: row.code }) },
  { file: "gsm8k_test.jsonl", itemOf: (row) => ({ question: row.question, answer: row.answer }) },
  { file: "math500.jsonl", itemOf: (row) => ({ question: row.problem, answer: row.solution }) },
  { file: "bbh.jsonl.gz", itemOf: (row) => ({ question: row.input, answer: row.target }) },
  { file: "decon_mmlu_validation-1.jsonl.gz", itemOf: (row) => ({ question: row.question, answer: row.answer }) },
];
const kinds = new Map();
for (const { file, itemOf } of FORMED) {
  const items = rowsOf(`decontam/${file}`).map(itemOf);
  const hitsOf = await decontaminator({
    benchmarks: [
      {
        ...asBenchmark([]),
        items: items.map(({ question, answer }) => [
          { kind: "question", text: question },
          { kind: "answer", text: answer },
        ]),
      },
    ],
  });
  const isCode = file === "HumanEval.jsonl.gz" || file === "mbpp.jsonl";
  for (let index = 0; index < items.length; index += Math.max(1, Math.floor(items.length / DRAWN))) {
    const item = items[index];
    const others = ["How do I bake bread without an oven?", "Name three rivers of Asia", "Write a poem about rain."];
    const made = { ...item, code: item.code ?? item.question + item.answer, others, seed: index };
    for (const [kind, make] of Object.entries({ ...TEXT_FORMATS, ...(isCode ? CODE_FORMATS : {}) })) {
      const row = make(made);
      if (row === undefined) continue;
      const sum = kinds.get(kind) ?? { all: 0, found: 0 };
      kinds.set(kind, sum);
      sum.all += 1;
      if (hitsOf(row).some((hit) => items[hit.item].question === item.question)) sum.found += 1;
    }
  }
}
print(`\nitems in another form, ${DRAWN} of each of ${FORMED.map(({ file }) => file).join(", ")}, default method`);
print("kind                                  pairs  recall");
const formed = [...kinds].map(([kind, { all, found }]) => ({ kind, n: all, recall: found / all }));
for (const { kind, n, recall } of formed)
  print(`${kind.padEnd(37)} ${String(n).padStart(5)} ${recall.toFixed(3).padStart(7)}`);

const clean = [
  "formats/llamafactory_dpo_en_demo_sharegpt.json.gz",
  "formats/llamafactory_kto_en_demo.json.gz",
  "formats/llamafactory_glaive_toolcall_en_demo.json.gz",
  "formats/llamafactory_v1_sft_demo.jsonl",
  "instruct/self_instruct_seed_tasks.jsonl",
].flatMap(rowsOf);
const files = ["HumanEval.jsonl.gz", "mbpp.jsonl", "gsm8k_test.jsonl", "math500.jsonl", "decon_mmlu_test-1.jsonl.gz"];
const benchmarks = [];
for (const file of files) benchmarks.push(await readBenchmark({ path: join(shared, "decontam", file) }));
const folder = mkdtempSync(join(tmpdir(), "tunewright-bench-"));
try {
  const path = join(folder, "rows.jsonl");
  const lines = clean.map((row) => JSON.stringify(row));
  const total = Number(values.rows);
  writeFileSync(path, Array.from({ length: total }, (_, at) => `${lines[at % lines.length]}\n`).join(""));
  const bytes = readFileSync(path).length;
  print(
    `\n${total} rows (${clean.length} instruction rows over and over), ${(bytes / 1e6).toFixed(0)} MB, against ${files.join(", ")}; ${cpus().length} cores, Node ${process.version}`,
  );
  print("method     rows with hits  matching MB/CPU s  end to end MB/s  MB/CPU s");
  const speeds = [];
  for (const method of ["default", "ngram-8", "ngram-13", "coverage", "decon"]) {
    const hitsOf = await decontaminator({ benchmarks, method });
    let hits = 0;
    for (const row of clean) if (hitsOf(row).length > 0) hits += 1;
    const before = process.cpuUsage();
    for (let pass = 0; pass < 5; pass++) for (const row of clean) hitsOf(row);
    const matching = process.cpuUsage(before);
    const own = (5 * lines.reduce((sum, line) => sum + line.length, 0)) / (matching.user + matching.system);
    const [started, cpu] = [performance.now(), process.cpuUsage()];
    let found = 0;
    for await (const { hits: each } of decontaminateFiles([path], { benchmarks, hitsOf })) found += each.length;
    const used = process.cpuUsage(cpu);
    const perSec = bytes / 1e3 / (performance.now() - started);
    const perCpuSec = bytes / (used.user + used.system);
    print(
      `${method.padEnd(10)} ${`${hits} of ${clean.length}`.padStart(14)} ${own.toFixed(1).padStart(18)} ${perSec.toFixed(1).padStart(16)} ${perCpuSec.toFixed(1).padStart(9)}`,
    );
    speeds.push({ method, hits, found, matchingMbPerCpuSec: own, mbPerSec: perSec, mbPerCpuSec: perCpuSec });
  }
  print(`peak memory ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB`);
  print(JSON.stringify({ benchmark: "decontaminate", recalls, formed, speeds }));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
