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
if (rows.length === 0) process.stdout.write("no measurements next to this checkout (../shared/data/training)\n");
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
  for (const [name, some] of Object.entries({
    "the six rows without fused kernels": rows.filter(({ isPlain }) => isPlain),
    "all rows": rows,
  })) {
    const sizes = some.map(({ off }) => Math.abs(off)).toSorted((a, b) => a - b);
    const bias = some.reduce((sum, { off }) => sum + off, 0) / some.length;
    process.stdout.write(
      `${name}: n ${some.length}, median |off| ${sizes[Math.floor(sizes.length / 2)].toFixed(1)} %, worst ${sizes.at(-1).toFixed(1)} %, bias ${bias.toFixed(1)} %\n`,
    );
  }
}

/**
 * Tensors that the code of 2024 held at an instant and today's does not, with the reason. Bytes per logit: Mistral's
 * and Llama's loss held bf16 logits until it was over, 2 next to those of the trace; a fused cross-entropy stood next
 * to fp32 logits and their shifted copy, 8 in all, and 10 in the first table, whose loss held the bf16 ones too;
 * GPT-BigCode made no fp32 copy, 8 (6 next to the kernel), but under the autocast of its qlora runs, where 18 and 14
 * are read off these rows themselves. Experts were linear layers of their own, which quantisation reached.
 */
function termsOf({ model, counts, run }, { id, kernels }) {
  const shape = findModel(model);
  const logits = counts.tokens * shape.vocab;
  const terms = [];
  const held = bytesPerLogit(model, { id, kernels, run });
  if (!kernels.includes("liger")) {
    const traced = counts.instants.find(({ instant }) => instant === "loss").byKind.logits;
    terms.push({
      instant: "loss",
      bytes: held.bytes === undefined ? 2 * logits : held.bytes * logits - traced,
      name: held.name,
    });
  }
  if (shape.experts && run.method === "qlora") {
    const experts = shape.layers * shape.experts.total * 3 * shape.hidden * shape.experts.mlp;
    for (const instant of ["forward", "loss", "backward", "optimizer"])
      terms.push({ instant, bytes: (0.516 - 2) * experts, name: "experts were linear layers, and quantised" });
  }
  return terms;
}

function bytesPerLogit(model, { id, kernels, run }) {
  const isFused = kernels.includes("foak");
  if (model.includes("bigcode")) {
    if (run.method === "qlora")
      return { bytes: isFused ? 14 : 18, name: `logits ${isFused ? 14 : 18} B each, read off these rows` };
    return { bytes: isFused ? 6 : 8, name: `no fp32 logits: ${isFused ? 6 : 8} B each` };
  }
  if (!isFused) return { bytes: undefined, name: "bf16 logits held: 2 B each" };
  const bytes = Number(id.split("-")[1]) > 124 ? 8 : 10;
  return { bytes, name: `fp32 logits and their copy next to the kernel: ${bytes} B each` };
}

/** Explanations of a difference of more than 3 %: kernels of the run that the trace does not know. */
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
