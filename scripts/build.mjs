// Builds dist/ from src/: compiles, copies the catalogue's data files, marks the binary executable.
// A tarball ships dist/ and no src/: there is nothing to build where it is installed.
import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
if (existsSync(join(root, "src"))) {
  const typescript = dirname(createRequire(import.meta.url).resolve("typescript/package.json"));
  rmSync(join(root, "dist"), { recursive: true, force: true });
  execFileSync(process.execPath, [join(typescript, "bin", "tsc"), "-p", "tsconfig.build.json"], {
    cwd: root,
    stdio: "inherit",
  });
  cpSync(join(root, "src/catalog/data"), join(root, "dist/catalog/data"), { recursive: true });
  chmodSync(join(root, "dist/cli/main.js"), 0o755);
}
