// Runs every benchmark of this folder, one process each; arguments are passed on. `npm run bench -- --rows 100000`
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
let failed = 0;
for (const name of readdirSync(here)
  .filter((each) => each.endsWith(".bench.mjs"))
  .toSorted()) {
  process.stdout.write(`\n== ${name}\n`);
  const { status } = spawnSync(process.execPath, [join(here, name), ...process.argv.slice(2)], { stdio: "inherit" });
  if (status !== 0) failed += 1;
}
process.exitCode = failed === 0 ? 0 : 1;
