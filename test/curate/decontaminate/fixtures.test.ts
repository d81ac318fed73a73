import { readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { decontaminator } from "../../../src/curate/decontaminate/decontaminator.ts";
import { benchmarkOf, DECONTAM, hasShared, sharedRows } from "./shared-sets.ts";

type Label = { must: number[]; may: number[] };

describe.skipIf(!hasShared)("the planted contaminations of allenai/decon (skipped without ../shared)", () => {
  const gold = hasShared
    ? (JSON.parse(readFileSync(`${DECONTAM}/decon_fixtures/gold.json`, "utf8")) as Record<string, Label[]>)
    : {};
  const files = Object.keys(gold).filter((name) => name.endsWith(".jsonl"));
  test.each(files)("%s: every item that must be found is, and none that may not", async (file) => {
    const items = sharedRows("decon_fixtures/reference_passage_question_answer_reference.jsonl");
    const fields = { question: "question", answer: "answer", passage: "passage" };
    const hitsOf = await decontaminator({ benchmarks: [benchmarkOf("reference", items, fields)] });
    const rows = sharedRows(`decon_fixtures/${file}`);
    expect(rows).toHaveLength(gold[file]!.length);
    for (const [index, { must, may }] of gold[file]!.entries()) {
      const found = hitsOf(rows[index]!).map(({ item }) => items[item]!["doc_id"] as number);
      expect(found).toEqual(expect.arrayContaining(must));
      expect([...must, ...may]).toEqual(expect.arrayContaining(found));
    }
  });
});
