import { readdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";

import { defineConfig } from "vitest/config";

/** A timing never fails the suite: on a machine that others load, a command takes ten times as long. */
const PATIENCE = { testTimeout: 300_000, hookTimeout: 300_000 };

/** Files of the default suite that are longer in the long one: those that import `law-runs.ts` or `long-suite.ts`. */
function longerFiles(): string[] {
  const names = readdirSync("test", { recursive: true, encoding: "utf8" }).map(
    (name) => `test/${name.replaceAll("\\", "/")}`,
  );
  return names.filter(
    (name) =>
      name.endsWith(".test.ts") &&
      !/^test\/(?:full|real)\//.test(name) &&
      /\/(?:law-runs|long-suite)\.ts"/.test(readFileSync(name, "utf8")),
  );
}

export default defineConfig({
  test: {
    // Vitest leaves one core free, which on a machine with two is half of it.
    maxWorkers: availableParallelism(),
    projects: [
      {
        test: {
          name: "unit",
          setupFiles: ["test/setup.ts"],
          include: ["test/**/*.test.ts"],
          exclude: ["test/full/**", "test/real/**"],
          ...PATIENCE,
          // Files share a worker's modules: none changes their state, and the tables of the catalogue are read once.
          isolate: false,
        },
      },
      {
        // What takes long: loops of kills, simulations in real time, corpora, exhaustive laws; laws get a new seed.
        test: {
          name: "full",
          globalSetup: ["test/full-seed.ts"],
          setupFiles: ["test/setup.ts"],
          include: ["test/full/**/*.test.ts", ...longerFiles()],
          testTimeout: 1_800_000,
          hookTimeout: 1_800_000,
          isolate: false,
        },
      },
      { test: { name: "real", include: ["test/real/**/*.test.ts"], ...PATIENCE } },
    ],
  },
});
