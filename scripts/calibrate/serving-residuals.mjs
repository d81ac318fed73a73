import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";

import { completedServingRows } from "./serving-table-facts.mjs";

const NAMES = ["engine", "era", "age", "model", "gpu", "generation", "weights", "experts", "load"];

/** The text of `src/catalog/data/serving-residuals.csv`; `dated` is an ISO day. */
function residualsCsv(residuals, dated) {
  const lines = residuals.map(({ quantity, facets, source, n, logRatios }) =>
    [quantity, ...NAMES.map((name) => facets[name]), source, n, logRatios.join(" ")].join(),
  );
  return `# Residuals of published serving measurements relative to the estimate, by cell and source: ln(measured / computed). Up to
# five values are listed in full; of more, the 10th, 30th, 50th, 70th and 90th percentile. Written by npm run calibrate.
# dated ${dated}
${["quantity", ...NAMES, "source", "n", "log_ratios"].join()}
${lines.map((line) => `${line}\n`).join("")}`;
}

/** Median and p90 of |error| and the share inside p10-p90 of rows that were answered, per cent. */
function barsOf(name, rows) {
  const answered = rows.filter((row) => "p50" in row);
  if (answered.length === 0) return `${name}: 0 of ${rows.length} answered`;
  const errors = answered.map(({ p50, measured }) => Math.abs(p50 / measured - 1)).toSorted((a, b) => a - b);
  const quantile = (share) => (100 * errors[Math.floor(share * (errors.length - 1))]).toFixed(1);
  const inside = answered.filter(({ p10, p90, measured }) => p10 <= measured && measured <= p90).length;
  const cover = ((100 * inside) / answered.length).toFixed(0);
  return `${name}: median |error| ${quantile(0.5)} %, p90 ${quantile(0.9)} %, ${cover} % in p10-p90, ${answered.length} of ${rows.length} answered`;
}

/** Share of the rows of an average source that lie in p10-p90, per cent. */
function meanSourceCover(rows) {
  const shares = [...new Set(rows.map(({ source }) => source))].flatMap((source) => {
    const own = rows.filter((row) => row.source === source && "p50" in row);
    const inside = own.filter(({ p10, p90, measured }) => p10 <= measured && measured <= p90).length;
    return own.length === 0 ? [] : [inside / own.length];
  });
  return ((100 * shares.reduce((sum, each) => sum + each, 0)) / shares.length).toFixed(0);
}

/** Prints the bars of each quantity, and of each of its sources on request. */
function printBars(rows, bySource) {
  for (const quantity of ["tpotMs", "outputTokensPerSec", "ttftMs"]) {
    const its = rows.filter((row) => row.quantity === quantity && !("rejected" in row));
    process.stdout.write(`${barsOf(quantity, its)}, ${meanSourceCover(its)} % in p10-p90 by mean source\n`);
    if (!bySource) continue;
    const sources = [...new Set(its.map((row) => row.source))].toSorted((a, b) => a.localeCompare(b));
    for (const source of sources) {
      const own = its.filter((row) => row.source === source);
      process.stdout.write(`  ${barsOf(source, own)}\n`);
    }
  }
}

/**
 * Writes the residuals of a file of serving measurements, and prints the accuracy of estimates that use the previous
 * table, on sources that they exclude: run it twice after changing the estimator. The day changes only if a residual does.
 *
 * @param load  imports a compiled module
 * @param paths  `measurements` to read, `target` to write
 * @param options  `dated`, and `check` to write nothing
 */
export async function calibrateServingFile(load, { measurements, target }, { dated, check }) {
  if (!existsSync(measurements)) {
    process.stdout.write(`skipped: ${measurements} does not exist\n`);
    return;
  }
  const { parseRaggedCsv } = await load("base/csv.js");
  const { findModel } = await load("catalog/models.js");
  const { findGpu } = await load("catalog/gpus.js");
  const { calibrateServing } = await load("plan/serve-check/calibrate-serving.js");
  const { checkServing } = await load("plan/serve-check/check-serving.js");
  const catalogue = { findModel, findGpu };
  const written = parseRaggedCsv(readFileSync(measurements, "utf8"), measurements);
  const file = { ...written, rows: completedServingRows(written.rows) };
  const residuals = calibrateServing(file, catalogue);
  const before = existsSync(target) ? readFileSync(target, "utf8") : "";
  const dayBefore = /^# dated ([\d-]+)/m.exec(before)?.[1];
  process.stdout.write(`${residuals.length} cells and sources of serving\n`);
  printBars(checkServing(file, catalogue).rows, true);
  process.stdout.write("\nthe file as it stands, without facts of single tables (plan check serving):\n");
  printBars(checkServing(written, catalogue).rows, false);
  if (check || before === residualsCsv(residuals, dayBefore)) return;
  writeFileSync(`${target}.${process.pid}`, residualsCsv(residuals, dated ?? new Date().toISOString().slice(0, 10)));
  renameSync(`${target}.${process.pid}`, target);
  process.stderr.write(`wrote serving residuals: ${residuals.length} lines\n`);
}
