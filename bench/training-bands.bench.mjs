// Residuals of the closed memory form: measured over predicted by kind and method, each source weighing the same.
// Prints the rows of src/plan/memory/memory-bands.ts, and how often a band made without a source holds that source's rows.
// Run after `npm run build`: node bench/training-bands.bench.mjs [measurements.csv]
import { existsSync, readFileSync } from "node:fs";

import { parseCsv } from "../dist/base/csv.js";
import { findGpu } from "../dist/catalog/gpus.js";
import { findModel } from "../dist/catalog/models.js";
import { checkTraining } from "../dist/plan/check-training.js";

const path = process.argv.find((each) => each.endsWith(".csv")) ?? "../shared/data/training/measurements.csv";
if (!existsSync(path)) {
  process.stdout.write(`skipped: ${path} is not there; give the path of a CSV of training measurements\n`);
  process.exit(0);
}
const { columns, rows } = parseCsv(readFileSync(path, "utf8"), path);
const byId = new Map(rows.map(({ fields }) => [fields.id, fields]));

// Sources whose unit or tool is unknown or whose figures are rounded comments: they judge, they do not calibrate,
// except where no other source has run the method (full training over several cards, DPO).
const WEAK = new Set(["qwen", "axo", "misc", "sec", "rocm"]);

function methodOf(fields) {
  if (fields.method === "dpo" || fields.method === "grpo") return fields.method;
  if (fields.quant !== "") return "qlora";
  return fields.method === "pretrain" ? "full" : fields.method;
}

const cells = new Map();
for (const row of checkTraining(columns, rows, { findModel, findGpu }).rows) {
  const fields = byId.get(row.id);
  if (row.quantity !== "peakMemoryGib" || !("p50" in row)) continue;
  const method = methodOf(fields);
  const onlySource = method === "dpo" || (fields.source_group === "swex" && method === "full");
  if (!onlySource && (WEAK.has(fields.source_group) || fields.source_group === "swex")) continue;
  const kind = fields.memory_kind === "allocated" ? "allocated" : "card";
  const key = `${kind} ${method}`;
  cells.set(key, [...(cells.get(key) ?? []), { ratio: row.measured / row.p50, group: fields.source_group }]);
}

function weighted(sample, probability) {
  const counts = new Map();
  for (const { group } of sample) counts.set(group, (counts.get(group) ?? 0) + 1);
  let mass = 0;
  for (const { ratio, group } of sample.toSorted((a, b) => a.ratio - b.ratio)) {
    mass += 1 / counts.get(group) / counts.size;
    if (mass >= probability - 1e-9) return ratio;
  }
  return Number.NaN;
}

const table = [...cells]
  .toSorted(([a], [b]) => (a < b ? -1 : 1))
  .map(([key, sample]) => {
    const [kind, method] = key.split(" ");
    const groups = [...new Set(sample.map(({ group }) => group))].toSorted((a, b) => a.localeCompare(b));
    let [inside, tested] = [0, 0];
    for (const left of groups) {
      const train = sample.filter(({ group }) => group !== left);
      if (train.length === 0) continue;
      const [low, high] = [Math.min(1, weighted(train, 0.1)), Math.max(1, weighted(train, 0.9))];
      for (const { ratio } of sample.filter(({ group }) => group === left)) {
        tested += 1;
        if (low <= ratio && ratio <= high) inside += 1;
      }
    }
    const [low, mid, high] = [0.1, 0.5, 0.9].map((each) => Number(weighted(sample, each).toFixed(3)));
    const coverage = tested === 0 ? null : Math.round((100 * inside) / tested);
    return { kind, method, low, mid, high, n: sample.length, groups: groups.join(" "), leftOutCoveragePct: coverage };
  });

if (process.argv.includes("--json")) process.stdout.write(`${JSON.stringify(table)}\n`);
else console.table(table);
