import { expect, test } from "vitest";

import { labelsStage } from "../../src/curate/labels/labels-stage.ts";
import type { SealedOptions } from "../../src/curate/labels/read-seal.ts";
import type { SealedLabel } from "../../src/domain/label-report.ts";

const label = (row: string, answer: SealedLabel["answer"]): [string, SealedLabel] => [
  row,
  { row, source: "q.jsonl", line: 1, answer, by: "single", reason: null, raters: 1, versions: [1] },
];

const options = {
  seal: "labels/t/1.json",
  field: "label",
  as: "answer",
  unlabelled: "drop",
  seals: { sha256: "a".repeat(64), task: "t" },
  labels: new Map([label("a", '{"queue": "sales"}'), label("b", ["x", "y"]), label("c", "z"), label("d", null)]),
} as unknown as SealedOptions;

const turn = (role: string, content: string): object => ({ role, content });
const row = (id: string, messages: unknown): Parameters<typeof labelsStage.run>[0][number] => ({
  id,
  source: "q.jsonl",
  line: 1,
  fields: { messages, slice: null },
});

test("a label replaces the last answer of a dialogue; without an answer the row is dropped and counted", async () => {
  const asked = turn("user", "Is it in stock?");
  const rows = [
    row("a", [asked, turn("assistant", "Hello")]),
    row("b", [asked, turn("assistant", "Hello")]),
    row("c", [asked]),
    row("d", [asked, turn("assistant", "Hello")]),
    row("e", "no dialogue"),
  ];
  const { kept, dropped } = await labelsStage.run(rows, options);
  expect(kept.map(({ fields }) => fields)).toEqual([
    { messages: [asked, turn("assistant", '{"queue": "sales"}')], slice: null },
    { messages: [asked, turn("assistant", '["x","y"]')], slice: null },
  ]);
  expect(dropped.map(({ row: { id }, reason }) => [id, reason])).toEqual([
    ["c", "no-answer-turn"],
    ["d", "unresolved"],
    ["e", "not-labelled"],
  ]);
});
