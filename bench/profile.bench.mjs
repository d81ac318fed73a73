// Scans a generated JSONL file of chat rows, once from a sample of tokens and once counting every row, each in its own
// process. Prints one table and one JSON line. `node bench/profile.bench.mjs [--rows 1000000] [--keep FILE]`
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { writeChatRows } from "./chat-rows.mjs";

const { values } = parseArgs({
  options: { rows: { type: "string", default: "1000000" }, keep: { type: "string" } },
  strict: false,
});
const rows = Number(values.rows);
const print = (line) => process.stdout.write(`${line}\n`);
const dist = new URL("../dist/curate/profile/profile.js", import.meta.url);
if (!existsSync(fileURLToPath(dist))) {
  process.stderr.write("no dist/: run npm run build first\n");
  process.exit(1);
}
const child = `
  const { profileDataset } = await import(${JSON.stringify(dist.href)});
  const options = JSON.parse(process.argv[2]);
  const started = performance.now();
  const profile = await profileDataset(process.argv[1], options);
  const sec = (performance.now() - started) / 1000;
  const peakRssMib = process.resourceUsage().maxRSS / 1024;
  const { rows, duplicateRows, tokens } = profile;
  console.log(JSON.stringify({ rows, duplicateRows, sec, peakRssMib, tokens: tokens.total, low: tokens.totalLow, high: tokens.totalHigh }));
`;

const folder = values.keep === undefined ? mkdtempSync(join(tmpdir(), "tunewright-bench-")) : undefined;
try {
  const path = values.keep ?? join(folder, "rows.jsonl");
  const copies = existsSync(path) ? null : writeChatRows(path, { rows });
  const mib = statSync(path).size / 2 ** 20;
  const results = [
    ["sampled", {}],
    ["exact", { exact: true }],
  ].map(([mode, options]) => {
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      ["--input-type=module", "--eval", child, path, JSON.stringify(options)],
      { encoding: "utf8" },
    );
    if (status !== 0) throw new Error(stderr);
    return { mode, ...JSON.parse(stdout) };
  });
  print(`${results[0].rows} rows, ${mib.toFixed(0)} MiB, ${cpus().length} cores, Node ${process.version}`);
  print("mode     seconds     rows/s    MiB/s  peak RSS MiB        tokens  duplicates");
  for (const { mode, sec, peakRssMib, tokens, duplicateRows, rows: seen } of results) {
    print(
      `${mode.padEnd(8)} ${sec.toFixed(1).padStart(7)} ${(seen / sec).toFixed(0).padStart(10)} ${(mib / sec).toFixed(0).padStart(8)} ${peakRssMib.toFixed(0).padStart(13)} ${String(tokens).padStart(13)} ${String(duplicateRows).padStart(11)}`,
    );
  }
  print(JSON.stringify({ benchmark: "profile", mib, copies, results }));
} finally {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
}
