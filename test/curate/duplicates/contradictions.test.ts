import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { findDuplicates, type FoundDuplicates } from "../../../src/curate/duplicates/dedup-files.ts";
import { dedupResult } from "../../../src/curate/duplicates/dedup-result.ts";
import { duplicatesStage } from "../../../src/curate/duplicates/duplicates-stage.ts";
import { sampleTexts } from "../../../src/curate/duplicates/findings/sample-texts.ts";
import { type CuratedRow, heldSummaries, type StageResult, type Summary } from "../../../src/curate/stage.ts";
import type { StageFinding } from "../../../src/domain/funnel.ts";
import { DedupOptions, DuplicatesOptions } from "../../../src/domain/dedup.ts";
import { folderOf, jsonl } from "../pipeline/rows.ts";

const path = join(await folderOf({}), "rows.jsonl");

type Fields = Record<string, unknown>;

const LONG = Array.from({ length: 200 }, (_, at) => `w${at}`);
const text = (at: number, word: string): string => LONG.with(at, word).join(" ");

async function found(rows: readonly Fields[], options: object = {}): Promise<FoundDuplicates> {
  await writeFile(path, jsonl(rows));
  return findDuplicates([{ path, name: "rows.jsonl" }], DedupOptions.parse(options));
}

/** The stage over two shards: the first row, and the others. */
async function staged(all: readonly Fields[]): Promise<StageResult & { findings: readonly StageFinding[] }> {
  const options = DuplicatesOptions.parse({});
  const rows = all.map((fields, at): CuratedRow => ({ id: `r${at}`, source: "rows", line: at + 1, fields }));
  const shards = [
    { firstRow: 0, part: rows.slice(0, 1) },
    { firstRow: 1, part: rows.slice(1) },
  ];
  const summaries: Summary[] = [];
  for (const { part } of shards) summaries.push(await duplicatesStage.summarise(part, options));
  const decision = await duplicatesStage.decide(heldSummaries(summaries), options);
  const result: StageResult = { kept: [], dropped: [], notes: [] };
  for (const { part, firstRow } of shards) {
    const { kept, dropped, notes } = await duplicatesStage.run(part, options, { decision, firstRow });
    result.kept.push(...kept);
    result.dropped.push(...dropped);
    result.notes.push(...notes);
  }
  return { ...result, findings: duplicatesStage.findings!(decision) };
}

describe("preference pairs that contradict each other", () => {
  const pair = (chosen: string, rejected: string, prompt: string | undefined = "Which is it?"): Fields => ({
    ...(prompt !== "" && { prompt }),
    chosen,
    rejected,
  });
  const [a, b] = [text(20, "a"), text(150, "b")];

  test.each([{}, { verify: false }, { method: "simhash", distance: 7 }, { method: "exact" }])(
    "stay, long or short, alike or not, with a prompt or without: %o",
    async (options) => {
      for (const [one, other] of [
        ["A", "B"],
        [a, b],
        [LONG.toReversed().join(" "), b],
      ] as const) {
        for (const prompt of ["Which is it?", ""]) {
          const rows = [pair(one, other, prompt), pair(other, one, prompt), pair(one, other, prompt)];
          const { drops, conflicts } = await found(rows, options);
          expect([...drops.keeper], `${one.slice(0, 20)}, prompt ${prompt}`).toEqual([0, 1, 0]);
          expect(conflicts).toMatchObject({ prompts: 1, rows: Uint32Array.of(0, 1), others: Uint32Array.of(1, 0) });
        }
      }
    },
  );

  test("are shown with both answers, also by the stage", async () => {
    const rows = [pair("Yes, always", "No, never"), pair("no, never", "Yes, always"), pair("Yes, always", "Perhaps")];
    const result = await found(rows);
    expect((await sampleTexts(result, {})).conflicts).toEqual([
      {
        prompt: "Which is it?",
        rows: [
          { row: 0, answer: "chosen: Yes, always; rejected: No, never" },
          { row: 1, answer: "chosen: no, never; rejected: Yes, always" },
        ],
      },
    ]);
    const { kept, notes, findings } = await staged([pair(a, b), pair(b, a)]);
    expect(kept).toHaveLength(2);
    expect(notes.map(({ note }) => note)).toEqual([
      { labelConflict: "line 2 of rows" },
      { labelConflict: "line 1 of rows" },
    ]);
    expect(findings).toMatchObject([{ finding: "label-conflict", rows: 2 }]);
  });

  test("that were also changed in a word stay", async () => {
    const rows = [pair(a, LONG.toReversed().join(" ")), pair(LONG.toReversed().join(" "), text(30, "c"))];
    expect([...(await found(rows)).drops.keeper]).toEqual([0, 1]);
  });
});

describe("exact duplicates that are written differently", () => {
  const long = LONG.slice(0, 20).join(" ");

  test("are counted and shown from the place where they differ, with parsed rows as with texts found in bytes", async () => {
    for (const textField of [undefined, "text"]) {
      const result = await found(
        [{ text: `${long} It is late.` }, { text: `${long} it is late` }, { text: `${long} It is late.` }],
        {
          textField,
        },
      );
      const { written } = await sampleTexts(result, { textField });
      expect(dedupResult(result, DedupOptions.parse({ textField }), { written })).toMatchObject({
        writtenDifferently: {
          rows: 1,
          samples: [
            {
              row: 1,
              text: expect.stringMatching(/ it is late$/),
              kept: { row: 0, text: expect.stringMatching(/ It is late\.$/) },
            },
          ],
        },
        findings: [{ finding: "written-differently", rows: 1 }],
      });
    }
  });

  test("are none if only the escapes of JSON differ", async () => {
    await writeFile(
      path,
      '{"text":"\u00e9t\u00e9 \ud83d\ude00\\/ it"}\n{"text":"\\u00e9t\\u00e9 \\ud83d\\ude00/ it"}\n',
    );
    const options = DedupOptions.parse({ textField: "text" });
    const result = await findDuplicates([{ path, name: "rows.jsonl" }], options);
    expect([...result.drops.keeper]).toEqual([0, 0]);
    expect(dedupResult(result, options).writtenDifferently.rows).toBe(0);
  });

  test("say so in the reason of each row that is dropped in a pipeline", async () => {
    const { dropped } = await staged([{ text: `${long} late` }, { text: `${long} Late` }, { text: `${long} late` }]);
    expect(dropped.map(({ detail }) => detail)).toEqual([
      "the same words as line 1 of rows, but written differently",
      "the same words as line 1 of rows",
    ]);
  });

  test("are never short answers that differ in case: those are label conflicts", async () => {
    const rows = ["true", "True", "true"].map((completion) => ({ prompt: "Write it as Python does", completion }));
    const result = await found(rows);
    expect([...result.drops.keeper]).toEqual([0, 1, 0]);
    expect(result.conflicts.prompts).toBe(1);
  });
});

describe("rows with equal texts", () => {
  const chat = (more: Fields): Fields => ({
    messages: [
      { role: "user", content: "Is this review positive, and why is that so?" },
      { role: "assistant", content: "It praises the service, the food and the view." },
    ],
    ...more,
  });
  const alpaca = (more: Fields): Fields => ({ instruction: "Rate it.", output: "It is fine as it is.", ...more });

  test.each<[what: string, one: Fields, other: Fields]>([
    ["labels of a chat", chat({ label: "a" }), chat({ label: "b" })],
    ["numeric labels", alpaca({ label: 1 }), alpaca({ label: 0 })],
    ["ratings", alpaca({ rating: 5 }), alpaca({ rating: 1 })],
    ["a label that one row lacks", alpaca({ label: "good" }), alpaca({})],
  ])("but different %s stay, and are a conflict", async (_what, one, other) => {
    for (const options of [{}, { method: "exact" }]) {
      const { drops, conflicts } = await found([one, other, one], options);
      expect([...drops.keeper]).toEqual([0, 1, 0]);
      if ("label" in other || "rating" in other) expect([...conflicts.rows]).toEqual([0, 1]);
    }
  });

  test.each<[what: string, rows: Fields[]]>([
    [
      "a class that is the answer",
      [
        { text: LONG.join(" "), label: "pos" },
        { text: LONG.join(" "), label: "neg" },
      ],
    ],
    ["answers with a label each", [alpaca({ label: "a" }), { instruction: "Rate it.", output: "Bad.", label: "b" }]],
  ])("are a conflict by %s", async (_what, rows) => {
    const { drops, conflicts } = await found(rows);
    expect([...drops.keeper]).toEqual([0, 1]);
    expect([...conflicts.rows]).toEqual([0, 1]);
  });

  test("may rate several answers of one prompt", async () => {
    const rows = [alpaca({ rating: 5 }), { instruction: "Rate it.", output: "It is the worst of all.", rating: 1 }];
    expect((await found(rows)).conflicts.prompts).toBe(0);
  });

  const scored = (more: Fields): Fields => ({
    text: "The service, the food and the view are praised by all of us.",
    ...more,
  });

  test.each<[what: string, one: Fields, other: Fields]>([
    ["scores of a text", scored({ score: 1 }), scored({ score: 0 })],
    [
      "scores of a long text",
      scored({ text: "Praise of the food. ".repeat(40), score: 0.5 }),
      scored({ text: "Praise of the food. ".repeat(40), score: 0.25 }),
    ],
    ["weights of a text", scored({ weight: 1 }), scored({ weight: 0.5 })],
    ["ratings of a text", scored({ rating: 5 }), scored({ rating: 1 })],
    ["a score that one text lacks", scored({ score: 1 }), scored({})],
    ["scores of an answer", alpaca({ score: 5 }), alpaca({ score: 1 })],
    ["rewards of a chat", chat({ reward: 0.1 }), chat({ reward: -0.1 })],
    [
      "weights of messages",
      {
        messages: [
          { role: "user", content: "Who?" },
          { role: "assistant", content: "A person.", weight: 1 },
        ],
      },
      {
        messages: [
          { role: "user", content: "Who?" },
          { role: "assistant", content: "A person.", weight: 0 },
        ],
      },
    ],
  ])("but different %s stay, and are a conflict", async (_what, one, other) => {
    for (const options of [{}, { method: "exact" }]) {
      const { drops, conflicts } = await found([one, other, one], options);
      expect([...drops.keeper]).toEqual([0, 1, 0]);
      if ("score" in other || "weight" in other || "messages" in other) expect([...conflicts.rows]).toEqual([0, 1]);
    }
  });

  test("but different ids, times and sources are duplicates, as are similar texts with different scores", async () => {
    const one = scored({ id: 1, source: "a", created_at: "2026-01-01", url: "https://a.example", score: 0.5 });
    const { drops } = await found([one, { ...one, id: 2, source: "b", created_at: "2026-02-02", url: "x" }]);
    expect([...drops.keeper]).toEqual([0, 0]);
    const long = "Praise of the food, the view and the long way to it over hills. ".repeat(9);
    const near = await found([scored({ text: long, score: 0.5 }), scored({ text: `${long} Indeed.`, score: 0.4 })]);
    expect([...near.drops.keeper]).toEqual([0, 0]);
  });

  test("but different images stay, and are no conflict", async () => {
    const rows = [chat({ images: ["a.png"] }), chat({ images: ["b.png"] }), chat({ images: ["a.png"] })];
    for (const options of [{}, { method: "exact" }]) {
      const { drops, conflicts } = await found(rows, options);
      expect([...drops.keeper]).toEqual([0, 1, 0]);
      expect(conflicts.prompts).toBe(0);
    }
  });
});
