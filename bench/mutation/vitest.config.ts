import { defineConfig } from "vitest/config";

/** The tests that a mutant of the modules below should fail; `MUTATION_TESTS` names others. */
export default defineConfig({
  test: {
    setupFiles: ["test/setup.ts"],
    include: (process.env["MUTATION_TESTS"] ?? "test/base/money.test.ts").split(","),
    testTimeout: 60_000,
  },
});
