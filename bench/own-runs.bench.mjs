// Each published source as a user who has measured some of its own rows: how far estimates of its other rows are off and
// how many the range holds, without and with them (docs/concepts/training-model.md §3.5).
// `npm run build && node bench/own-runs.bench.mjs`; DIST names another folder that was built.
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const path = here("../../shared/data/training/measurements.csv");
const dist = process.env.DIST ?? here("../dist");

if (existsSync(path) && existsSync(dist)) await measure();
else process.stdout.write("skipped: it needs dist/ (npm run build) and ../shared/data/training/measurements.csv\n");

async function measure() {
  const load = (module) => import(`${dist}/${module}`);
  const { parseRaggedCsv } = await load("base/csv.js");
  const { findModel } = await load("catalog/models.js");
  const { findGpu } = await load("catalog/gpus.js");
  const { isExcluded, trainingResiduals } = await load("plan/check/calibrate-training.js");
  const { trainingMeasurements } = await load("plan/check/training-measurements.js");
  const { trainMemory } = await load("plan/memory/memory.js");
  const { trainThroughput } = await load("plan/speed/throughput.js");
  const { withoutSource } = await load("plan/calibration/calibration.js");
  const { PUBLISHED } = await load("plan/calibration/published.js");
  const catalogue = { findModel, findGpu };
  const all = parseRaggedCsv(readFileSync(path, "utf8"), path);
  const file = { ...all, rows: all.rows.filter((row) => !isExcluded(row)) };
  const measured = trainingMeasurements(file, catalogue).measurements.filter(({ run }) => run?.spec);
  const estimate = ({ quantity, kind, run }, calibration) =>
    quantity === "peakMemoryGib"
      ? trainMemory({ ...run, calibration })[kind]
      : trainThroughput({ ...run, calibration });
  const found = [];
  for (const source of new Set(measured.map((each) => each.source))) {
    const { published } = withoutSource(PUBLISHED, source);
    const without = { published, own: [] };
    const mine = measured.filter((each) => each.source === source);
    for (const { name, own, judged } of splits(mine)) {
      const rows = file.rows.filter(({ line }) => own.has(line));
      const joined = { published, own: trainingResiduals({ ...file, rows }, catalogue, true) };
      for (const each of mine.filter(judged)) {
        const [before, after] = [estimate(each, without), estimate(each, joined)];
        if ("refused" in before || "refused" in after || before.p50 === after.p50) continue;
        found.push({
          name,
          source,
          quantity: each.quantity,
          before: errorOf(each, before),
          after: errorOf(each, after),
        });
      }
    }
  }
  print(found);
}

/** Own lines of a source, and which of its measurements are estimated with them. */
function splits(mine) {
  const lines = [...new Set(mine.map(({ line }) => line))];
  const modelOf = new Map(mine.map(({ line, run }) => [line, run.shape.id]));
  const half = new Set(lines.filter((line) => (line * 2_654_435_761) % 2 ** 32 < 2 ** 31));
  return [
    { name: "a half of its rows, the other half", own: half, judged: ({ line }) => !half.has(line) },
    ...[...new Set(modelOf.values())].flatMap((model) => {
      const modelLines = lines.filter((line) => modelOf.get(line) === model);
      return [
        {
          name: "three rows of one model, other models",
          own: new Set(modelLines.slice(0, 3)),
          judged: ({ line }) => modelOf.get(line) !== model,
        },
        {
          name: "one row, others of the model",
          own: new Set(modelLines.slice(0, 1)),
          judged: ({ line }) => modelLines.includes(line) && line !== modelLines[0],
        },
      ];
    }),
  ];
}

function errorOf({ measured }, { p10, p50, p90 }) {
  return { error: Math.abs(Math.log(p50 / measured)), held: p10 <= measured && measured <= p90 ? 1 : 0 };
}

function print(found) {
  for (const [key, of] of grouped(found)) {
    const sources = [...new Set(of.map(({ source }) => source))];
    const mean = (value) =>
      sources.reduce((sum, source) => {
        const own = of.filter((each) => each.source === source);
        return sum + own.reduce((total, each) => total + value(each), 0) / own.length;
      }, 0) / sources.length;
    const pair = (name) => ["before", "after"].map((when) => mean((each) => each[when][name]).toFixed(3)).join(" -> ");
    process.stdout.write(
      `${key}: ${of.length} rows of ${sources.length} sources, mean source's |ln error| ${pair("error")}, in the range ${pair("held")}\n`,
    );
  }
}

function grouped(found) {
  const groups = new Map();
  for (const each of found) {
    const key = `${each.quantity}: ${each.name}`;
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  return groups;
}
