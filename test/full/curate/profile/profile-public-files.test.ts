import { existsSync } from "node:fs";
import { join } from "node:path";

import { DuckDBInstance } from "@duckdb/node-api";
import { describe, expect, test } from "vitest";

import { profileDataset } from "../../../../src/curate/profile/profile.ts";

describe("public files (skipped where ../shared is absent)", () => {
  const shared = "../shared/data/curation";

  test.skipIf(!existsSync(shared)).each([
    ["formats/datajuicer_chatml_demo.jsonl", "chat", 4],
    ["formats/datajuicer_human_preference_demo.jsonl", "unknown", 10],
    ["formats/fastchat_dummy_conversation_sharegpt.json", "sharegpt", 500],
    ["formats/llamafactory_dpo_en_demo_sharegpt.json.gz", "preference", 300],
    ["formats/llamafactory_glaive_toolcall_en_demo.json.gz", "sharegpt", 300],
    ["formats/llamafactory_identity_alpaca.json", "alpaca", 91],
    ["formats/llamafactory_kto_en_demo.json.gz", "chat", 300],
    ["formats/llamafactory_v1_sft_demo.jsonl", "chat", 500],
    ["instruct/self_instruct_seed_tasks.jsonl", "alpaca", 175],
    ["instruct/self_instruct_user_oriented_252.jsonl", "alpaca", 252],
    ["decontam/gsm8k_train.jsonl.gz", "prompt-completion", 7_473],
  ])("%s is %s with the %i rows that its index states", async (name, format, rows) => {
    const profile = await profileDataset(join(shared, name), { tokenizer: "characters" });
    expect([profile.format, profile.rows]).toEqual([format, rows]);
    expect(profile.validRows).toBe(format === "unknown" ? 0 : rows);
  });

  test.skipIf(!existsSync(shared)).each([
    ["decontam/math500.jsonl", "read_json", "solution", "problem"],
    ["decontam/TruthfulQA.csv", "read_csv", "Question", "Category"],
  ])("%s has the rows and distinct texts that DuckDB counts", async (name, reader, field) => {
    const path = join(shared, name);
    const connection = await (await DuckDBInstance.create()).connect();
    const counted = await connection.runAndReadAll(
      `select count(*), count(distinct "${field}") from ${reader}('${path}')`,
    );
    const profile = await profileDataset(path, { tokenizer: "characters", fields: { text: field } });
    const [rows, distinct] = counted.getRows()[0]!.map(Number);
    expect([profile.rows, profile.validRows - profile.duplicateRows]).toEqual([rows, distinct]);
  });

  test.skipIf(!existsSync(shared))("the sample of GSM8K is within its interval of the exact count", async () => {
    const path = join(shared, "decontam/gsm8k_train.jsonl.gz");
    const [sampled, exact] = [await profileDataset(path), await profileDataset(path, { exact: true })];
    expect(Math.abs(sampled.tokens!.total / exact.tokens!.total - 1)).toBeLessThan(0.01);
  });
});
