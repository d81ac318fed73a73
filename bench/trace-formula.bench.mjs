// The closed form of plan memory against traces of real steps: error by term, and FLOPs per token against torch's counter.
// Reads test/golden/trace/traces.tsv; `--rows` prints every row, `--worst N` the worst N of each term.
import { textTable } from "../dist/base/text-table.js";
import { findGpu } from "../dist/catalog/gpus.js";
import { findModel } from "../dist/catalog/models.js";
import { RunSpec } from "../dist/domain/run-spec.js";
import { memoryPhysics } from "../dist/plan/memory/memory.js";
import { hardwareFlopsPerToken } from "../dist/plan/speed/flops.js";
import { tracedPass, traceTerms } from "../dist/programme/trace/trace-terms.js";
import { readTraces } from "./trace-table.mjs";

const worstAt = process.argv.indexOf("--worst");
const worstCount = worstAt < 0 ? 2 : Number(process.argv[worstAt + 1]);
const gpu = findGpu("H100-80GB-SXM");
const GIB = 2 ** 30;

const rows = readTraces("traces.tsv").map(({ id, model, run, options, counts }) => {
  const shape = findModel(model);
  const spec = RunSpec.parse({ model: shape.id, gpu: gpu.id, ...run });
  const formula = memoryPhysics({ shape, spec, gpu });
  const peak = Math.max(...counts.instants.map(({ bytes }) => bytes));
  const flops = (counts.matrixFlops + counts.attentionFlops) / counts.tokens;
  return {
    id,
    options,
    peak,
    refused: formula.refused,
    terms: formula.refused === undefined ? traceTerms(counts, formula) : [],
    formulaPeak: formula.refused === undefined ? formula.gib.allocated * GIB : 0,
    flopsOff: hardwareFlopsPerToken(shape, tracedPass(spec)) / flops - 1,
  };
});
const answered = rows.filter(({ refused }) => refused === undefined);
process.stdout.write(`${rows.length} traces, ${answered.length} answered by the closed form\n\n`);

if (process.argv.includes("--rows"))
  for (const row of answered)
    process.stdout.write(
      `${row.id}: ${gib(row.peak)} traced, ${gib(row.formulaPeak)} formula, ${percent(row.formulaPeak / row.peak - 1)}\n`,
    );

// Errors are per cent of the traced peak: a term counts by what it does to the whole.
const terms = [...new Set(answered.flatMap((row) => row.terms.map(({ term }) => term)))];
const errorsOf = (term) =>
  answered.flatMap((row) =>
    row.terms
      .filter((each) => each.term === term)
      .map(({ tracedBytes, formulaBytes }) => ({ id: row.id, off: (formulaBytes - tracedBytes) / row.peak })),
  );
const lines = [
  summary(
    "peak",
    answered.map((row) => ({ id: row.id, off: row.formulaPeak / row.peak - 1 })),
  ),
  null,
  ...terms.map((term) => summary(term, errorsOf(term))),
  null,
  summary(
    "FLOPs per token",
    answered.map((row) => ({ id: row.id, off: row.flopsOff })),
  ),
];
process.stdout.write(
  `${textTable(
    [
      { head: "% of the traced peak" },
      { head: "n", align: "right" },
      { head: "bias", align: "right" },
      { head: "median |e|", align: "right" },
      { head: "p90 |e|", align: "right" },
      { head: "worst", wrap: 100 },
    ],
    lines,
  )}\n`,
);
for (const row of rows.filter(({ refused }) => refused !== undefined))
  process.stdout.write(`refused ${row.id}: ${row.refused}\n`);

function summary(name, errors) {
  const sizes = errors.map(({ off }) => Math.abs(off)).toSorted((a, b) => a - b);
  const bias = errors.reduce((sum, { off }) => sum + off, 0) / errors.length;
  const worst = errors.toSorted((a, b) => Math.abs(b.off) - Math.abs(a.off)).slice(0, worstCount);
  const quantile = (share) => percent(sizes[Math.min(sizes.length - 1, Math.floor(share * sizes.length))] ?? 0);
  return [
    name,
    String(errors.length),
    percent(bias),
    quantile(0.5),
    quantile(0.9),
    worst.map(({ id, off }) => `${id}: ${percent(off)}`).join("\n"),
  ];
}

function gib(bytes) {
  return (bytes / GIB).toFixed(2);
}

function percent(share) {
  return (100 * share).toFixed(1);
}
