import { availableParallelism } from "node:os";

import { defineConfig } from "vitest/config";

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
          exclude: ["test/real/**"],
          // A timing never fails the suite: on a machine that others load, a command takes ten times as long.
          testTimeout: 300_000,
          hookTimeout: 300_000,
          // Files share a worker's modules: none changes their state, and the tables of the catalogue are read once.
          isolate: false,
        },
      },
      { test: { name: "real", include: ["test/real/**/*.test.ts"], testTimeout: 300_000, hookTimeout: 300_000 } },
    ],
  },
});
