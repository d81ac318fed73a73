// Builds dist/ from src/: compiles, copies what is read as it is, marks the binary executable. The old dist/ stays
// until the new one is whole. With --if-stale it builds only if a source, the lock file or a file of the build is newer
// than the last build: `npm ci` does not repeat a build, `npm pack` always builds.
// A tarball ships dist/ and no src/: there is nothing to build where it is installed. The comments stay in the JavaScript:
// they are 0.4 MB of the tarball, a second pass of tsc would take as long as the first, and who opens a line of a stack
// trace finds its reason there.
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const source = join(root, "src");
const target = join(root, "dist");

/** Folders that are read as they are: the catalogue, tables of the recognisers, and the programs that run in the user's Python or apart from this process. */
const DATA = [
  "catalog/data",
  "curate/pii/names/data",
  "curate/pii/operators/data",
  "curate/pii/recognisers/data",
  "curate/rights/data",
  "launch/engines/trl/python",
  "launch/engines/verl/python",
  "launch/export/python",
  "launch/schedulers/local/wrapper",
  "launch/schedulers/wrapper",
  "programme/comply/memorisation/python",
  "programme/trace/python",
  "sandbox/jail.sh",
];

/** Other files that a build depends on. */
const INPUTS = [
  "package-lock.json",
  "tsconfig.json",
  "tsconfig.build.json",
  "scripts/build.mjs",
  "scripts/web.config.mjs",
];

function isStale() {
  const built = join(target, "cli/main.js");
  if (!existsSync(built)) return true;
  const builtAt = statSync(built).mtimeMs;
  const sources = readdirSync(source, { recursive: true }).map((name) => join("src", name));
  return [...sources, ...INPUTS].some((name) => statSync(join(root, name)).mtimeMs > builtAt);
}

/** Bundles the web application by Vite. */
function buildWeb(outDir) {
  const vite = join(dirname(createRequire(import.meta.url).resolve("vite/package.json")), "bin", "vite.js");
  const config = join(root, "scripts", "web.config.mjs");
  const args = [vite, "build", "--config", config, "--outDir", outDir, "--emptyOutDir"];
  return spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" }).status === 0;
}

function build() {
  const typescript = dirname(createRequire(import.meta.url).resolve("typescript/package.json"));
  const fresh = `${target}.${process.pid}`;
  const tsc = [join(typescript, "bin", "tsc"), "-p", "tsconfig.build.json", "--outDir", fresh];
  const { status } = spawnSync(process.execPath, tsc, { cwd: root, stdio: "inherit" });
  if (status === 0) {
    for (const folder of DATA) {
      cpSync(join(source, folder), join(fresh, folder), {
        recursive: true,
        filter: (path) => !path.endsWith("__pycache__"),
      });
    }
    chmodSync(join(fresh, "cli/main.js"), 0o755);
    if (!buildWeb(join(fresh, "web"))) return 1;
    rmSync(target, { recursive: true, force: true });
    renameSync(fresh, target);
  }
  rmSync(fresh, { recursive: true, force: true });
  return status ?? 1;
}

if (existsSync(source) && (!process.argv.includes("--if-stale") || isStale())) process.exitCode = build();
