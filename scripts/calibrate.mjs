// Writes src/plan/calibration/training-residuals.ts from a CSV of training measurements, and prints the residuals by cell
// and source, and the accuracy of estimates on sources that they exclude.
//
//   npm run calibrate -- [measurements.csv ...] [--serving] [--dated YYYY-MM-DD] [--check]
//
// With --serving the file contains serving measurements, and src/catalog/data/serving-residuals.csv is written.
// Several files are all calibrated; rows are printed of the first, and the accuracy of each.
// Compiles src/ into a folder of its own, so that it neither needs nor changes dist/. --check writes nothing.
// The day changes only if a residual does.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

import { residualsModule } from "./calibrate/residuals-module.mjs";
import { residualsTable } from "./calibrate/residuals-table.mjs";
import { knownOfRow } from "./calibrate/single-table-facts.mjs";
import { calibrateServingFile } from "./calibrate/serving-residuals.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const target = join(root, "src/plan/calibration/training-residuals.ts");
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    dated: { type: "string" },
    check: { type: "boolean", default: false },
    serving: { type: "boolean", default: false },
  },
});
const kind = values.serving ? "serving" : "training";
const [path = join(root, `../shared/data/${kind}/measurements.csv`), ...others] = positionals;

/** Compiles src/ without checking types into a folder of its own, so that it runs on any Node. */
function compile() {
  const folder = join(root, "node_modules/.cache", `calibrate.${process.pid}`);
  mkdirSync(folder, { recursive: true });
  const typescript = dirname(createRequire(import.meta.url).resolve("typescript/package.json"));
  const tsc = [join(typescript, "bin/tsc"), "-p", "tsconfig.build.json", "--noCheck", "--outDir", folder];
  spawnSync(process.execPath, tsc, { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
  cpSync(join(root, "src/catalog/data"), join(folder, "catalog/data"), { recursive: true });
  return folder;
}

async function calibrate(folder) {
  const load = (module) => import(pathToFileURL(join(folder, module)).href);
  const { parseRaggedCsv } = await load("base/csv.js");
  const { findModel } = await load("catalog/models.js");
  const { findGpu } = await load("catalog/gpus.js");
  const { calibrateTraining } = await load("plan/check/calibrate-training.js");
  const { checkTraining } = await load("plan/check/check-training.js");
  const { checkText } = await load("plan/check/check-text.js");
  const words = { ...(await load("base/text-table.js")), ...(await load("base/quantile.js")) };
  const read = (each) => parseRaggedCsv(readFileSync(each, "utf8"), each);
  const file = read(path);
  const catalogue = { findModel, findGpu, knownOfRow };
  const more = others.map((each) => ({ path: each, file: read(each) }));
  const residuals = [file, ...more.map((each) => each.file)].flatMap(
    (each) => calibrateTraining(each, catalogue).residuals,
  );
  const { excluded } = calibrateTraining(file, catalogue);
  const calibration = { published: residuals, own: [] };
  const check = checkTraining(file, catalogue, calibration);
  const left = `${excluded} rows marked as replicate, pending, out of memory, second-hand or not a measurement are excluded from calibration and are judged below.`;
  process.stdout.write(`${residualsTable(residuals, words)}\n\n${left}\n\n${checkText(check)}\n`);
  for (const each of more)
    process.stdout.write(
      `\n${each.path}:\n${checkTraining(each.file, catalogue, calibration).summary.map(barsOf).join("\n")}\n`,
    );
  const bare = checkTraining(file, { findModel, findGpu }, calibration);
  process.stdout.write(
    `\nthe file as it stands, without facts of single tables (plan check training):\n${bare.summary.map(barsOf).join("\n")}\n`,
  );
  if (!values.check) write(residuals);
}

async function calibrateServing(folder) {
  const load = (module) => import(pathToFileURL(join(folder, module)).href);
  await calibrateServingFile(
    load,
    { measurements: path, target: join(root, "src/catalog/data/serving-residuals.csv") },
    values,
  );
}

/** Accuracy of one quantity. */
function barsOf({ quantity, rows, answered, medianAbsErrorPct, p90AbsErrorPct, coverageP10P90Pct }) {
  return `  ${quantity}: median |error| ${medianAbsErrorPct} %, p90 ${p90AbsErrorPct} %, ${coverageP10P90Pct} % in p10-p90, ${answered} of ${rows} answered`;
}

/** Replaces the file in one step, since another process may be compiling it. */
function write(residuals) {
  const before = readFileSync(target, "utf8");
  const dayBefore = /dated: "([\d-]+)"/.exec(before)?.[1];
  const dated = values.dated ?? new Date().toISOString().slice(0, 10);
  if (before === residualsModule(residuals, dayBefore)) return;
  writeFileSync(`${target}.${process.pid}`, residualsModule(residuals, dated));
  renameSync(`${target}.${process.pid}`, target);
  process.stderr.write(`wrote src/plan/calibration/training-residuals.ts: ${residuals.length} lines\n`);
}

if (!existsSync(path)) {
  process.stdout.write(`skipped: ${path} does not exist; give the path of a CSV of measurements\n`);
} else {
  const folder = compile();
  try {
    if (values.serving) await calibrateServing(folder);
    else await calibrate(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
