import { availableParallelism } from "node:os";

import { defineConfig } from "vitest/config";

/** A timing never fails the suite: on a machine that others load, a command takes ten times as long. */
const PATIENCE = { testTimeout: 300_000, hookTimeout: 300_000 };

/** Laws that take `lawRuns`: the default suite tries an eighth of the inputs, the long one all, with a new seed. */
const LONG_LAWS = [
  "test/catalog/model-config.test.ts",
  "test/curate/decontaminate/kernels.test.ts",
  "test/curate/duplicates/bounded-memory.test.ts",
  "test/curate/duplicates/duplicates-stage.test.ts",
  "test/curate/duplicates/find-duplicates.test.ts",
  "test/curate/duplicates/training-rows.test.ts",
  "test/curate/formats/convert-row.test.ts",
  "test/curate/freeze/freeze-files.test.ts",
  "test/curate/kernels/token-hashes.test.ts",
  "test/curate/pii/code.test.ts",
  "test/curate/pii/recognise.test.ts",
  "test/curate/pii/repeated-values.test.ts",
  "test/curate/pipeline/run-pipeline.test.ts",
  "test/ledger/accruals.test.ts",
  "test/ledger/periods.test.ts",
  "test/plan/check/bad-rows.test.ts",
  "test/plan/fleet/search-every-fleet.test.ts",
  "test/plan/memory/memory.test.ts",
  "test/plan/memory/parallel.test.ts",
  "test/plan/method/method.test.ts",
  "test/plan/serve-check/hostile-points.test.ts",
  "test/plan/training-laws.test.ts",
];

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
          include: ["test/full/**/*.test.ts", ...LONG_LAWS],
          testTimeout: 1_800_000,
          hookTimeout: 1_800_000,
          isolate: false,
        },
      },
      { test: { name: "real", include: ["test/real/**/*.test.ts"], ...PATIENCE } },
    ],
  },
});
