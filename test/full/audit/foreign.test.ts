import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { Audit } from "../../../src/domain/audit.ts";
import { AuditImport } from "../../../src/domain/audit-import.ts";
import { readTsv } from "../../catalog/read-tsv.ts";
import { ROOT } from "../../cli/run-cli.ts";
import { runHere } from "../../cli/run-here.ts";

const SHARED = join(ROOT, "../shared/data/audit");
const why = "needs ../shared/data/audit: fine-tuning programmes of others";

/** Programmes that are imported, by the sources of each. */
const SOURCES: Readonly<Record<string, readonly string[]>> = {
  "tau-bench": ["tau-bench-model-training"],
  "zephyr-sft-full": ["alignment-handbook/recipes/zephyr-7b-beta/sft/config_full.yaml"],
  "zephyr-sft-qlora": ["alignment-handbook/recipes/zephyr-7b-beta/sft/config_qlora.yaml"],
  "alignment-handbook": ["alignment-handbook"],
  "axolotl-mistral": ["axolotl/examples/mistral/config.yml"],
  "axolotl-fft-8b": ["axolotl/examples/llama-3/fft-8b.yaml"],
  "axolotl-lora-8b": ["axolotl/examples/llama-3/lora-8b.yml"],
  "axolotl-lora-1b": ["axolotl/examples/llama-3/lora-1b-deduplicate-sft.yml"],
  "axolotl-qlora-70b": ["axolotl/examples/llama-3/qlora-fsdp-70b.yaml"],
};

let folder = "";

describe.skipIf(!existsSync(SHARED))(`audits of programmes that others wrote (${why})`, () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "tunewright-foreign-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test.for(Object.keys(SOURCES))("every rule answers for %s as its files say when read by hand", async (name) => {
    const files = SOURCES[name]!.map((source) => join(SHARED, source));
    const drafted = await runHere(["audit", "import", ...files, "--out", name, "--json"], { cwd: folder });
    expect(drafted.code, drafted.stderr).toBe(0);
    const { problem, fields } = AuditImport.parse(JSON.parse(drafted.stdout));
    expect(problem).toBeNull();
    for (const { origin } of fields) expect(origin).not.toBe("");
    const audited = await runHere(["audit", name, "--on", "2026-11-28", "--json"], { cwd: folder });
    expect(audited.code, audited.stderr).toBe(0);
    const { answers } = Audit.parse(JSON.parse(audited.stdout));
    const expected = readTsv("audit-foreign.tsv").filter((row) => row["programme"] === name);
    const states = expected.map(({ rule }) => [rule, answers.find((answer) => answer.rule === rule)?.state]);
    expect(Object.fromEntries(states)).toEqual(Object.fromEntries(expected.map(({ rule, state }) => [rule, state])));
  });

  test("paired with a bill of others, because they hold none, only its other services are not unclaimed", async () => {
    const bill = join(ROOT, "../shared/data/ledger/focus_1.0_sample_1000.csv");
    const config = join(SHARED, "axolotl/examples/mistral/config.yml");
    const drafted = await runHere(["audit", "import", config, bill, "--out", "billed", "--json"], { cwd: folder });
    expect(drafted.code, drafted.stderr).toBe(0);
    const audited = await runHere(["audit", "billed", "--on", "2026-11-28", "--json"], { cwd: folder });
    const { answers } = Audit.parse(JSON.parse(audited.stdout));
    const answer = (id: string) => answers.find(({ rule }) => rule === id)!;
    expect(answer("unclaimed-spend")).toMatchObject({
      state: "finding",
      text: expect.stringMatching(/^92 % of the bill/),
      // The sums of `tunewright ledger leaks`: its credits and taxes are not part of the charges.
      evidence: [{ says: expect.stringMatching(/^21\.01 of 22\.86 USD charged/) }],
    });
    expect(answer("bill-above-estimate")).toMatchObject({ state: "not-checkable" });
  });

  test("the shared identifiers and moved sets of tau-bench are counted as its index counts them", async () => {
    const audited = await runHere(["audit", "tau-bench", "--on", "2026-11-28", "--json"], { cwd: folder });
    const { answers } = Audit.parse(JSON.parse(audited.stdout));
    const personal = answers.find(({ rule }) => rule === "personal-data")!;
    expect(personal.evidence[0]!.says).toContain("EMAIL_ADDRESS in 400 rows");
    expect(personal.evidence[1]!.says).toBe("400 rows of 400 with an address have only reserved ones");
    const shared = answers.find(({ rule }) => rule === "no-contamination-check")!;
    expect(shared.text).toContain("59 of 123 different test items"); // counted by a separate script over the files
    // Counted by the same script: 50 of its 100 tasks share nothing, and 40 of these were solved.
    expect(shared.evidence).toContainEqual({
      place: "results/results-test_results_20251020_171528.json",
      says: "success of results-test_results is 0.77 on 100 items, and 0.8 on the 50 that share nothing with training rows",
    });
    const moved = answers.find(({ rule }) => rule === "test-set-moved")!;
    expect(moved.text).toContain("results-test_results: 5 sets in 6 results");
    expect(moved.text).toContain("results-test_summary: 5 sets in 14 results");
  });
});
