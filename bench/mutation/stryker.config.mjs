// Mutation testing: npm install --no-save @stryker-mutator/core@9 @stryker-mutator/vitest-runner@9
//   MUTATE=src/base/money.ts MUTATION_TESTS=test/base/money.test.ts npx stryker run bench/mutation/stryker.config.mjs
export default {
  testRunner: "vitest",
  plugins: ["@stryker-mutator/vitest-runner"],
  vitest: { configFile: "bench/mutation/vitest.config.ts" },
  mutate: (process.env.MUTATE ?? "src/base/money.ts").split(","),
  ignorePatterns: ["dist", "examples", "docs", "report"],
  reporters: ["clear-text", "progress-append-only"],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  concurrency: 1,
  timeoutMS: 8_000,
  disableTypeChecks: false,
  tsconfigFile: "none", // TypeScript 7 has no API for Stryker to rewrite it with
  tempDirName: ".stryker-tmp",
};
