import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { sampleTexts } from "../../../src/curate/duplicates/findings/sample-texts.ts";
import { findDuplicates, type FoundDuplicates } from "../../../src/curate/duplicates/dedup-files.ts";
import { dedupResult } from "../../../src/curate/duplicates/dedup-result.ts";
import { duplicatesStage } from "../../../src/curate/duplicates/duplicates-stage.ts";
import { runPipeline } from "../../../src/curate/pipeline/run-pipeline.ts";
import { type CuratedRow, heldSummaries, type StageResult, type Summary } from "../../../src/curate/stage.ts";
import type { StageFinding } from "../../../src/domain/funnel.ts";
import { DedupOptions, DuplicatesOptions } from "../../../src/domain/dedup.ts";
import { naiveJaccard } from "../kernels/naive-shingles.ts";
import { folderOf, jsonl } from "../pipeline/rows.ts";
import { lawRuns } from "../../law-runs.ts";

const path = join(await folderOf({}), "rows.jsonl");

type Fields = Record<string, unknown>;

async function found(rows: readonly Fields[], options: object = {}): Promise<FoundDuplicates> {
  await writeFile(path, jsonl(rows));
  return findDuplicates([{ path, name: "rows.jsonl" }], DedupOptions.parse(options));
}

/** The stage over shards that end at these places. */
async function staged(
  all: readonly Fields[],
  { cuts = [], ...options }: { cuts?: readonly number[] } & Fields = {},
): Promise<StageResult & { findings: readonly StageFinding[] }> {
  const parsed = DuplicatesOptions.parse(options);
  const rows = all.map((fields, at): CuratedRow => ({ id: `r${at}`, source: "rows", line: at + 1, fields }));
  const ends = [...new Set([...cuts.map((cut) => cut % (rows.length + 1)), rows.length])].toSorted((a, b) => a - b);
  const shards = ends.map((end, at) => ({ firstRow: ends[at - 1] ?? 0, part: rows.slice(ends[at - 1] ?? 0, end) }));
  const summaries: Summary[] = [];
  for (const { part } of shards) summaries.push(await duplicatesStage.summarise(part, parsed));
  const decision = await duplicatesStage.decide(heldSummaries(summaries), parsed);
  const result: StageResult = { kept: [], dropped: [], notes: [] };
  for (const { part, firstRow } of shards) {
    const { kept, dropped, notes } = await duplicatesStage.run(part, parsed, { decision, firstRow });
    result.kept.push(...kept);
    result.dropped.push(...dropped);
    result.notes.push(...notes);
  }
  return { ...result, findings: duplicatesStage.findings!(decision) };
}

const LONG = Array.from({ length: 200 }, (_, at) => `w${at}`);
const text = (at: number, word: string): string => LONG.with(at, word).join(" ");

/** Every format that has prompt and answer. */
const FORMATS: ((prompt: string, answer: string) => Fields)[] = [
  (prompt, completion) => ({ prompt, completion }),
  (question, answer) => ({ question, answer }),
  (instruction, output) => ({ instruction, input: "", output }),
  (user, assistant) => ({
    messages: [
      { role: "system", content: "You are an accountant." },
      { role: "user", content: user },
      { role: "assistant", content: assistant },
    ],
  }),
  (human, gpt) => ({
    conversations: [
      { from: "human", value: human },
      { from: "gpt", value: gpt },
    ],
  }),
];

describe("rows with prompt and answer", () => {
  test("stay where prompts differ in one number and the answers are others, in every format and by every method", async () => {
    const methods = [{}, { verify: false }, { method: "simhash", distance: 7 }, { method: "exact" }] as const;
    for (const format of FORMATS) {
      const rows = Array.from({ length: 60 }, (_, at) =>
        format(text(100, `${at}`), at < 30 ? `It is ${at * 7}.` : text(50, `${at * 7}`)),
      );
      for (const options of methods) {
        const { drops } = await found(rows, options);
        expect([...drops.keeper], JSON.stringify([rows[0], options])).toEqual([...rows.keys()]);
      }
      expect((await staged(rows)).dropped).toEqual([]);
    }
  });

  test("go where prompt and answer are alike, each of them", async () => {
    for (const format of FORMATS) {
      const rows = [
        format(text(100, "a"), text(30, "b")),
        format(text(100, "c"), text(30, "d")),
        format(text(100, "a"), "Something else altogether"),
        format("What else is there to say?", text(30, "b")),
        format(text(100, "A"), text(30, "B!")),
      ];
      const { drops } = await found(rows);
      expect([...drops.keeper], JSON.stringify(rows[3])).toEqual([0, 0, 2, 3, 0]);
    }
  });

  const words = fc.array(fc.constantFrom("alpha", "beta", "gamma", "delta", "eta", "x"), {
    minLength: 1,
    maxLength: 14,
  });
  const trained = fc
    .array(fc.tuple(words, words), { maxLength: 12 })
    .map((rows) =>
      rows.map(([prompt, completion]) => ({ prompt: prompt.join(" "), completion: completion.join(" ") })),
    );

  test("that stay are alike in prompt or answer at most, those that go have a row alike in both, for any shards", async () => {
    await fc.assert(
      fc.asyncProperty(trained, fc.array(fc.nat(12), { maxLength: 3 }), async (rows, cuts) => {
        if (rows.length === 0) return;
        const isAlike = (one: number, other: number): boolean =>
          (["prompt", "completion"] as const).every(
            (part) => naiveJaccard(rows[one]![part], rows[other]![part]) >= 0.5,
          );
        const { drops } = await found(rows, { threshold: 0.5 });
        for (const [row, keeper] of drops.keeper.entries()) {
          if (keeper !== row) expect(isAlike(row, keeper)).toBe(true);
          const kept = keeper === row ? [...drops.keeper.subarray(0, row).keys()] : [];
          for (const other of kept) if (drops.keeper[other] === other) expect(isAlike(row, other)).toBe(false);
        }
        const { dropped, notes } = await staged(rows, { cuts, threshold: 0.5 });
        const going = [...drops.keeper].flatMap((keeper, row) => (keeper === row ? [] : [`r${row}`]));
        expect(dropped.map(({ row }) => row.id)).toEqual(going);
        expect(notes).toEqual((await staged(rows, { threshold: 0.5 })).notes);
      }),
      { numRuns: lawRuns(150), seed: 20_261_125 },
    );
  });

  test("that differ in the label of a rated answer stay, as a label conflict", async () => {
    const rows = [true, false, true].map((label) => ({ prompt: text(1, "a"), completion: text(2, "b"), label }));
    const result = await found(rows);
    expect([...result.drops.keeper]).toEqual([0, 1, 0]);
    expect(result.conflicts).toMatchObject({ prompts: 1, rows: Uint32Array.of(0, 1) });
    expect((await sampleTexts(result, {})).conflicts[0]?.rows).toMatchObject([
      { row: 0, answer: expect.stringMatching(/^true: w0 /) },
      { row: 1, answer: expect.stringMatching(/^false: w0 /) },
    ]);
  });
});

describe("answers that differ in symbols alone", () => {
  const apart = [
    ["rm -rf /var/a", "rm -rf /var/ a"],
    ["cp a/b c", "cp a / b c"],
    ["ls a/ b", "ls a/b"],
    ["int *p;", "int p;"],
    ["int* p;", "int p;"],
    ["int **p;", "int *p;"],
    ["int** p;", "int* p;"],
    ["*p", "p"],
    ["f(*args)", "f(args)"],
    ["rm *.txt", "rm .txt"],
    ["x?y", "x y"],
    ["\\n", "n"],
    ["cp a\\ b c", "cp a b c"],
    ["a;b", "a b"],
    ["@x", "x"],
    ["#5", "5"],
    ["rm a # b", "rm a b"],
    ["x = -y", "x = y"],
  ];
  const alike = [
    ["Hello, wide world!", "hello wide world"],
    ['She said "yes".', "she said yes"],
    ["Is it late? It is, go home.", "Is it late, it is. Go home"],
    ["This is *very* **important**!", "this is very important"],
    ["* one\n* two", "- one\n- two"],
    ["# Title\n\nA text.", "Title\nA text"],
    ["**Note:** it is late", "Note: it is late"],
    ["A \\*star\\*.", "A star"],
    ["a well-known man", "a well known man"],
  ];

  test.each([{}, { method: "exact" }, { method: "simhash" }])("stay where they matter in code: %o", async (options) => {
    const keepers = async (pair: readonly string[]): Promise<number[]> => [
      ...(
        await found(
          pair.map((completion) => ({ prompt: "q", completion })),
          options,
        )
      ).drops.keeper,
    ];
    for (const pair of apart) expect(await keepers(pair), pair.join(" | ")).toEqual([0, 1]);
    for (const pair of alike) expect(await keepers(pair), pair.join(" | ")).toEqual([0, 0]);
  });
});

describe("the same prompt with different answers", () => {
  const rows = [
    { prompt: "Is the bill late?", completion: "yes" },
    { prompt: "What is late?", completion: "The train" },
    { prompt: "is the bill late", completion: "No" },
    { prompt: "Is the bill late?", completion: "yes." },
    { prompt: "Is the bill late?", completion: "perhaps" },
  ];

  test("is a label conflict: the rows stay, and samples are given", async () => {
    const result = await found(rows);
    const options = DedupOptions.parse({});
    expect([...result.drops.keeper]).toEqual([0, 1, 2, 0, 4]);
    const { conflicts } = await sampleTexts(result, {});
    expect(dedupResult(result, options, { conflicts })).toMatchObject({
      conflicts: {
        prompts: 1,
        rows: 3,
        samples: [
          {
            prompt: "Is the bill late?",
            rows: [
              { row: 0, answer: "yes" },
              { row: 2, answer: "No" },
              { row: 4, answer: "perhaps" },
            ],
          },
        ],
      },
      findings: [
        { finding: "label-conflict", rows: 3, detail: expect.stringContaining("line 1, line 3, line 5") },
        { finding: "written-differently", rows: 1 },
      ],
    });
  });

  test("has a note on each row of a pipeline, and a finding", async () => {
    for (const cuts of [[], [1, 3]]) {
      const { kept, notes, findings } = await staged(rows, { cuts });
      expect(kept).toHaveLength(4);
      expect(notes).toEqual([
        { id: "r0", note: { duplicates: 1, labelConflict: "line 3 of rows" } },
        { id: "r2", note: { labelConflict: "line 1 of rows" } },
        { id: "r4", note: { labelConflict: "line 1 of rows" } },
      ]);
      expect(findings).toMatchObject([
        { finding: "label-conflict", rows: 3 },
        { finding: "written-differently", rows: 1, detail: expect.stringMatching(/line 4 of \w+ and line 1 of \w+/) },
      ]);
    }
  });

  test("is none for preference pairs, of which a prompt has several", async () => {
    const pairs = ["a", "b"].map((word) => ({ prompt: "Say a letter", chosen: word, rejected: `not ${word}` }));
    const { drops, conflicts } = await found(pairs);
    expect([...drops.keeper]).toEqual([0, 1]);
    expect(conflicts.prompts).toBe(0);
  });
});

describe("many near-duplicates", () => {
  const templated = (rows: number): Fields[] =>
    Array.from({ length: rows }, (_, row) => ({ text: text(50, `a${row}x`) }));

  test("go however many are like one row, with a warning and the share: no number of them makes all stay", async () => {
    for (const rows of [28, 29, 30, 31]) {
      const options = DedupOptions.parse({ clusterAlarm: 28 });
      const result = dedupResult(await found(templated(rows), options), options);
      expect(result.files).toMatchObject([{ rowsKept: 1, near: rows - 1 }]);
      expect(result.findings.map(({ finding }) => finding)).toEqual([
        "near-removal",
        "source-removal",
        ...(rows - 1 > 28 ? ["large-cluster"] : []),
      ]);
      expect((await staged(templated(rows), { clusterAlarm: 28 })).kept).toHaveLength(1);
    }
  });

  test("are a finding above the limit only, which names the largest clusters", async () => {
    const others = Array.from({ length: 80 }, (_, row) => ({ text: `row ${row} says something else` }));
    const finding = async (near: number, limit: number): Promise<string | undefined> => {
      const options = DedupOptions.parse({ nearLimit: limit });
      const { findings } = dedupResult(await found([...others, ...templated(near + 1)], options), options);
      return findings.find((each) => each.finding === "near-removal")?.detail;
    };
    expect(await finding(19, 0.2)).toBeUndefined();
    expect(await finding(24, 0.2)).toContain("24 rows of 105 rows (23 %)");
    expect(await finding(24, 0.2)).toContain("line 81 would be kept in place of 24 rows, such as line 82 (0.95)");
    expect(await finding(24, 0.5)).toBeUndefined();
  });
});

test("a pipeline stops where near-duplicates are beyond the limit, keeps what it made, and goes on where that is allowed", async () => {
  const rows = [
    ...Array.from({ length: 30 }, (_, row) => ({ text: text(50, `a${row}x`) })),
    ...Array.from({ length: 70 }, (_, row) => ({ text: `something else is said in row ${row}` })),
  ];
  const dir = await folderOf({ "rows.jsonl": jsonl(rows) });
  const asked: string[] = [];
  const run = (mayGoOn?: () => Promise<boolean>) =>
    runPipeline(
      {
        dir,
        sources: [{ path: join(dir, "rows.jsonl"), source: "rows.jsonl" }],
        stages: [
          { stage: "trainable", fields: undefined },
          { stage: "dedup", ...DuplicatesOptions.parse({}) },
          { stage: "trainable", fields: undefined },
        ],
        resolve: (name) => Promise.resolve(join(dir, name)),
      },
      {
        executor: "inline",
        workers: 1,
        out: join(dir, "curated.jsonl"),
        mayReplace: () => Promise.resolve(false),
        mayGoOn,
        now: () => new Date(0),
        onProgress: () => undefined,
      },
    );
  for (const mayGoOn of [undefined, () => Promise.resolve(false)]) {
    await expect(run(mayGoOn)).rejects.toMatchObject({
      kind: "check_failed",
      message: expect.stringContaining("29 rows of 100 rows (29 %) are near-duplicates"),
      hint: expect.stringContaining("--yes"),
    });
  }
  expect(existsSync(join(dir, "curated.jsonl"))).toBe(false);
  const { stages } = await run(() => {
    asked.push("once");
    return Promise.resolve(true);
  });
  expect(asked).toEqual(["once"]);
  expect(stages.map(({ shardsRun }) => shardsRun)).toEqual([0, 0, 0, 1]); // what was made before the stop stays
  expect((await readFile(join(dir, "curated.jsonl"), "utf8")).trim().split("\n")).toHaveLength(71);
});
