// Writes src/plan/calibration/training-residuals.ts from a CSV of training measurements, and prints how well estimates
// do on sources that they have not seen.
//
//   node scripts/calibrate.mjs [measurements.csv] [--dated YYYY-MM-DD] [--check]
//
// Works on src/ as it stands, compiled aside, so that it neither needs nor touches dist/. With --check nothing is written.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { dated: { type: "string" }, check: { type: "boolean", default: false } },
});
const path = positionals[0] ?? join(root, "../shared/data/training/measurements.csv");

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
  const { calibrationText } = await load("plan/check/calibration-text.js");
  const { residualsModule } = await load("plan/calibration/residuals-module.js");
  const file = parseRaggedCsv(readFileSync(path, "utf8"), path);
  const result = calibrateTraining(file, { findModel, findGpu });
  process.stdout.write(`${calibrationText(result)}\n`);
  if (values.check) return;
  const target = join(root, "src/plan/calibration/training-residuals.ts");
  const dated = values.dated ?? new Date().toISOString().slice(0, 10);
  // Whole or not at all: somebody else may be compiling the file.
  writeFileSync(`${target}.${process.pid}`, residualsModule(result.residuals, dated));
  renameSync(`${target}.${process.pid}`, target);
  process.stderr.write(`wrote src/plan/calibration/training-residuals.ts: ${result.residuals.length} lines\n`);
}

if (!existsSync(path)) {
  process.stdout.write(`skipped: ${path} is not there; give the path of a CSV of training measurements\n`);
} else {
  const folder = compile();
  try {
    await calibrate(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
