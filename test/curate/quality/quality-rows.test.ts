import { readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { qualityStage } from "../../../src/curate/quality/quality-stage.ts";
import { QualityOptions } from "../../../src/domain/quality.ts";

type Written = { kind: string; expect: string | null; row: Record<string, unknown> };

/** Rows written by hand: dialogues, instructions, lists, short answers, code, formulas, calls of tools, 21 languages. */
const ROWS = readFileSync(new URL("../../fixtures/quality-rows.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as Written);

/** Reason for which a row without any text is dropped before the rules are applied. */
const NOT_READ = ["missing-field", "empty"];

const judged = async (rows: readonly Written[]): Promise<Map<string, string>> => {
  const { dropped } = await qualityStage.run(
    rows.map(({ row }, index) => ({ id: String(index), source: "s", line: index + 1, fields: row })),
    QualityOptions.parse({}),
  );
  return new Map(dropped.map(({ row: { id }, reason }) => [id, reason]));
};

describe("of rows as people write them", () => {
  test("none is dropped that is worth training on", async () => {
    const good = ROWS.filter(({ expect: reason }) => reason === null);
    expect(good.length).toBeGreaterThan(190);
    const dropped = await judged(good);
    expect([...dropped].map(([index, reason]) => ({ reason, row: good[Number(index)]!.row }))).toEqual([]);
  });

  test("each that is not is dropped, for what is wrong with it", async () => {
    const bad = ROWS.filter(({ expect: reason }) => reason !== null);
    const found = await judged(bad);
    const wrong = bad.flatMap(({ row, expect: reason }, index) => {
      const is = found.get(String(index));
      return is === reason || NOT_READ.includes(is ?? "") || (reason === "boilerplate" && is === "refusal")
        ? []
        : [{ reason, is, row }];
    });
    expect(wrong).toEqual([]);
  });
});
