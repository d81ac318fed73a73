// Our estimates on measured runs of sources that the calibration never reads (training-blind/README.md), by source.
// `npm run build && node bench/training-blind.bench.mjs [measurements.csv]`
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const cli = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
const path =
  process.argv.find((each) => each.endsWith(".csv")) ??
  fileURLToPath(new URL("training-blind/measurements.csv", import.meta.url));

if (!existsSync(cli)) {
  process.stdout.write("skipped: it needs dist/ (npm run build)\n");
} else {
  process.stdout.write(check());
  const { rows, summary } = JSON.parse(check("--json"));
  process.stdout.write(`${JSON.stringify({ benchmark: "training-blind", rows: rows.length, results: summary })}\n`);
}

/** Output of `plan check training` for the file. */
function check(...flags) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, "plan", "check", "training", path, ...flags], {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(`plan check training: ${stderr}`);
  return stdout;
}
