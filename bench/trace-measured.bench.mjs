// Traces of published single-GPU runs against what was measured: `node bench/trace-measured.bench.mjs`. The libraries of the
// trace are those of its table, the runs are of 2024: what changed in between is a term of its own, and what a trace does
// not see is named.
import { textTable } from "../dist/base/text-table.js";
import { findModel } from "../dist/catalog/models.js";
import { measuredCases } from "./trace-measured-cases.mjs";
import { readTraces } from "./trace-table.mjs";

const GIB = 2 ** 30;
const cases = new Map(measuredCases().map((each) => [each.id, each]));
const rows = readTraces("measured.tsv").flatMap((row) => {
  const measured = cases.get(row.id);
  return measured === undefined ? [] : [compared(row, measured)];
});
if (rows.length === 0) process.stdout.write("no measurements beside this checkout (../shared/data/training)\n");
else {
  process.stdout.write(
    `${textTable(
      [
        { head: "row" },
        { head: "run" },
        { head: "measured", align: "right" },
        { head: "traced", align: "right" },
        { head: "with terms", align: "right" },
        { head: "off %", align: "right" },
        { head: "instant" },
        { head: "terms of 2024", wrap: 44 },
      ],
      rows.map((row) => [
        row.id,
        row.run,
        row.measured.toFixed(2),
        row.traced.toFixed(2),
        row.sum.toFixed(2),
        row.off.toFixed(1),
        row.instant,
        row.terms.join("; "),
      ]),
    )}\n\n`,
  );
  for (const [name, some] of [
    ["the six rows without fused kernels", rows.filter(({ isPlain }) => isPlain)],
    ["all rows", rows],
  ]) {
    const sizes = some.map(({ off }) => Math.abs(off)).toSorted((a, b) => a - b);
    const bias = some.reduce((sum, { off }) => sum + off, 0) / some.length;
    process.stdout.write(
      `${name}: n ${some.length}, median |off| ${sizes[Math.floor(sizes.length / 2)].toFixed(1)} %, worst ${sizes.at(-1).toFixed(1)} %, bias ${bias.toFixed(1)} %\n`,
    );
  }
}

/**
 * Bytes that the code of 2024 held at an instant beyond today's, and why. Of the logits: bf16 ones stayed until the loss was
 * over (2 B); and beside a fused kernel stood the fp32 logits and their shifted copy, which the kernel did not replace
 * (4 + 4 B, where the trace of the kernel has 4; in the first table the bf16 ones too). Experts were linear layers of
 * their own, which quantisation reached.
 */
function termsOf({ model, counts, run }, { id, kernels }) {
  const shape = findModel(model);
  const logits = counts.tokens * shape.vocab;
  const isLater = Number(id.split("-")[1]) > 124;
  const terms = [];
  if (kernels.includes("liger")) return terms;
  if (kernels.includes("foak") && !model.includes("bigcode"))
    terms.push({
      instant: "loss",
      bytes: (isLater ? 4 : 6) * logits,
      name: "fp32 logits and shifted copy beside the kernel",
    });
  else if (model.includes("bigcode")) terms.push(bigCodeTerm(logits, { run, kernels }));
  else terms.push({ instant: "loss", bytes: 2 * logits, name: "bf16 logits held: 2 B per logit" });
  if (shape.experts && run.method === "qlora") {
    const experts = shape.layers * shape.experts.total * 3 * shape.hidden * shape.experts.mlp;
    for (const instant of ["forward", "loss", "backward", "optimizer"])
      terms.push({ instant, bytes: (0.516 - 2) * experts, name: "experts were linear layers, and quantised" });
  }
  return terms;
}

/** GPT-BigCode made no fp32 copy: 8 B per logit, where today has 12; under the autocast of qlora runs the loss made one, 16 B. */
function bigCodeTerm(logits, { run, kernels }) {
  if (run.method === "qlora")
    return {
      instant: "loss",
      bytes: (kernels.includes("foak") ? 10 : 4) * logits,
      name: "bf16 logits and shifted copy beside an fp32 loss",
    };
  return {
    instant: "loss",
    bytes: (kernels.includes("foak") ? 2 : -4) * logits,
    name: "no fp32 logits, a shifted copy",
  };
}

/** What a difference of more than 3 % is put down to: kernels of the run that the trace does not know. */
function unseen(instant, off, kernels) {
  if (Math.abs(off) < 0.03) return [];
  if (instant === "backward" && off > 0 && kernels.includes("foak"))
    return ["not traced: fused LoRA, norm and rotary kernels keep less"];
  return ["not explained"];
}

function compared(row, measured) {
  const terms = termsOf(row, measured);
  const extra = (instant) =>
    terms.filter((each) => each.instant === instant).reduce((sum, { bytes }) => sum + bytes, 0);
  const points = row.counts.instants.map(({ instant, bytes }) => ({ instant, bytes, sum: bytes + extra(instant) }));
  const peak = points.reduce((best, each) => (each.sum > best.sum ? each : best));
  const traced = Math.max(...points.map(({ bytes }) => bytes)) / GIB;
  const sum = peak.sum / GIB;
  return {
    id: row.id,
    isPlain: measured.kernels === "",
    run: `${row.model.split("/")[1]} ${row.run.method} b${row.run.batchSequences} ${measured.kernels}`,
    measured: measured.measuredGib,
    traced,
    sum,
    off: 100 * (sum / measured.measuredGib - 1),
    instant: peak.instant,
    terms: [
      ...terms
        .filter(({ instant }) => instant === peak.instant)
        .map(({ name, bytes }) => `${name}, ${(bytes / GIB).toFixed(2)}`),
      ...unseen(peak.instant, sum / measured.measuredGib - 1, measured.kernels),
    ],
  };
}
