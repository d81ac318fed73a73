import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { describe, expect, test } from "vitest";

import command from "../../../src/cli/commands/data-decontaminate.ts";
import { parseBenchmarkSpec, usualFields } from "../../../src/curate/decontaminate/benchmark-fields.ts";
import { decontaminateStage } from "../../../src/curate/decontaminate/decontaminate-stage.ts";
import { loadDecontaminator } from "../../../src/curate/decontaminate/load-decontaminator.ts";
import { readBenchmark } from "../../../src/curate/decontaminate/read-benchmark.ts";
import { runStage } from "../../../src/curate/pipeline/reading/run-stage.ts";
import {
  type BenchmarkContamination,
  ContaminatedRow,
  type DecontaminateOutcome,
} from "../../../src/domain/decontaminate.ts";
import { catchFailureAsync } from "../../catch-failure.ts";
import { runCommand } from "../../cli/run-command.ts";
import { folderOf, jsonl } from "../pipeline/rows.ts";

const EGGS = "Janet’s ducks lay 16 eggs per day and she sells all of them at the market for two dollars each";
const ROBE = "A robe takes two bolts of blue fibre and half that much white fibre, so how many bolts in total";
const rows = [
  { text: "Nothing of any test stands in this row, it is about the weather of last week." },
  {
    messages: [
      { role: "user", content: `Hello! ${EGGS}?` },
      { role: "assistant", content: "32" },
    ],
  },
  { text: "Another clean row." },
  { text: `${ROBE}? ${EGGS}.` },
];
const bench = [
  { question: ROBE, answer: "3" },
  { question: EGGS, answer: "32" },
  { question: "What a quiet evening it has been for all of us by the sea" },
];

const folder = () => folderOf({ "train.jsonl": jsonl(rows), "test.jsonl": jsonl(bench) });

async function rowsOf(cwd: string, flags: Record<string, unknown>): Promise<ContaminatedRow[]> {
  const { json } = await runCommand(command, { file: ["train.jsonl"], against: ["test.jsonl"], ...flags }, cwd);
  const found: ContaminatedRow[] = [];
  for await (const row of json as AsyncIterable<ContaminatedRow>) found.push(row);
  return found;
}

const textOf = async (cwd: string, flags: Record<string, unknown>): Promise<string> => {
  const { lines } = await runCommand(command, { file: ["train.jsonl"], against: ["test.jsonl"], ...flags }, cwd);
  let text = "";
  for await (const line of lines!()) text += `${line}\n`;
  return text;
};

describe("data decontaminate", () => {
  test("gives each row with hits, numbered from 0, with benchmark, item, method, score and evidence", async () => {
    const found = await rowsOf(await folder(), {});
    expect(found.map((row) => ContaminatedRow.parse(row))).toEqual(found);
    expect(found.map(({ row, hits }) => [row, hits.map(({ item }) => item)])).toEqual([
      [1, [1]],
      [3, [0, 1]],
    ]);
    expect(found[0]!.hits[0]).toMatchObject({
      against: "test.jsonl",
      item: 1,
      method: "whole",
      score: 1,
      evidence: EGGS,
      path: ["messages", 0, "content"],
      start: 7,
      end: 7 + EGGS.length,
    });
  });

  test("writes the rows that stay, whole, and says what it dropped with samples of evidence", async () => {
    const cwd = await folder();
    const text = await textOf(cwd, { out: "clean.jsonl" });
    expect(await readFile(join(cwd, "clean.jsonl"), "utf8")).toBe(jsonl([rows[0], rows[2]]));
    await expect(text).toMatchFileSnapshot("../../golden/decontaminate.txt");
    const again = await catchFailureAsync(() => textOf(cwd, { out: "clean.jsonl" }));
    expect(again.message).toContain("clean.jsonl already exists");
  });

  test("shows the test set from the other side: which items the rows hold", async () => {
    const cwd = await folder();
    const { json } = await runCommand(command, { file: ["train.jsonl"], against: ["test.jsonl"], byItem: true }, cwd);
    const found: BenchmarkContamination[] = [];
    for await (const each of json as AsyncIterable<BenchmarkContamination>) found.push(each);
    expect(found).toMatchObject([
      {
        against: "test.jsonl",
        items: 3,
        contaminated: 2,
        rows: 2,
        hits: [
          { item: 0, rows: [3] },
          { item: 1, rows: [1, 3] },
        ],
      },
    ]);
    await expect(await textOf(cwd, { byItem: true })).toMatchFileSnapshot("../../golden/decontaminate-by-item.txt");
  });

  test("keeps a row whose hits have the verdict keep, also where rows and items have moved", async () => {
    const cwd = await folder();
    const key = (await rowsOf(cwd, {}))[0]!.hits[0]!.key;
    await runCommand(command, { verdicts: "v.jsonl", keep: [key], reason: "quoted by licence", by: "Counsel" }, cwd);
    const line = await readFile(join(cwd, "v.jsonl"), "utf8");
    expect(JSON.parse(line)).toEqual({
      key,
      verdict: "keep",
      reason: "quoted by licence",
      by: "Counsel",
      on: "2026-11-25",
    });
    await writeFile(join(cwd, "train.jsonl"), jsonl(rows.toReversed()));
    await writeFile(join(cwd, "test.jsonl"), jsonl(bench.toReversed()));
    const found = await rowsOf(cwd, { verdicts: "v.jsonl", out: "clean.jsonl" });
    expect(found.map(({ row, hits }) => [row, hits.map(({ verdict }) => verdict)])).toEqual([
      [0, [undefined, undefined]],
      [2, ["keep"]],
    ]);
    expect(await readFile(join(cwd, "clean.jsonl"), "utf8")).toBe(jsonl([rows[2], rows[1], rows[0]]));
    await runCommand(
      command,
      { verdicts: "v.jsonl", drop: [key], reason: "counsel changed her mind", by: "Counsel" },
      cwd,
    );
    expect((await rowsOf(cwd, { verdicts: "v.jsonl" }))[1]!.hits[0]!.verdict).toBe("drop");
    expect((await readFile(join(cwd, "v.jsonl"), "utf8")).split("\n")).toHaveLength(3); // both verdicts and the end
  });

  test.each([
    [{ file: [], against: ["test.jsonl"] }, "no input file"],
    [{ file: ["train.jsonl"], against: [] }, "expected --against"],
    [{ file: ["train.jsonl"], against: ["nowhere.jsonl"] }, "nowhere.jsonl"],
    [{ file: ["train.jsonl"], against: ["test.jsonl", "test.jsonl"] }, "is listed twice"],
    [
      { file: ["train.jsonl"], against: ["test.jsonl:question=prompt"] },
      "no item has text in prompt; its fields are question, answer",
    ],
    [{ file: ["train.jsonl"], against: ["test.jsonl:question=a=b"] }, "expected FILE:question=F"],
    [{ keep: ["0123456789abcdef"], reason: "x" }, "a verdict needs"],
    [{ keep: ["12"], reason: "x", by: "y", verdicts: "v.jsonl" }, "expected the 16 hex digits"],
  ])("refuses %j", async (flags, message) => {
    const cwd = await folder();
    const failure = await catchFailureAsync(async () => {
      const { json } = await runCommand(command, flags, cwd);
      for await (const row of json as AsyncIterable<unknown>) expect(row).toBe("never reached");
    });
    expect(failure.message).toContain(message);
  });

  test("names the line of a verdict file that holds none", async () => {
    const cwd = await folder();
    await writeFile(join(cwd, "v.jsonl"), '\n{"key":"1"}\n');
    const failure = await catchFailureAsync(() => rowsOf(cwd, { verdicts: "v.jsonl" }));
    expect(failure.message).toContain("v.jsonl, line 2");
  });
});

describe("benchmarks", () => {
  test.each([
    [
      ["task_id", "prompt", "entry_point", "canonical_solution", "test"],
      { question: "prompt", answer: "canonical_solution" },
    ],
    [["text", "code", "task_id", "test_list"], { question: "text", answer: "code" }],
    [["question", "answer"], { question: "question", answer: "answer" }],
    [["problem", "solution", "answer", "level"], { question: "problem", answer: "solution" }],
    [["instruction", "input", "output"], { question: "instruction+input", answer: "output" }],
    [["Type", "Question", "Best Answer"], { question: "Question", answer: "Best Answer" }],
    [["id", "context", "question", "answers"], { question: "question", answer: "answers", passage: "context" }],
    [["messages"], { question: "messages", answer: "messages" }],
    [["id", "score"], undefined],
  ])("with fields %j are read from %j", (names, fields) => {
    expect(usualFields(names)).toEqual(fields);
  });

  test("are named by file, with fields where they are not the usual ones, also on other systems", () => {
    expect(parseBenchmarkSpec("a:b.jsonl")).toEqual({ path: "a:b.jsonl" });
    expect(parseBenchmarkSpec("C:\\x.csv:question=q+r,passage=p")).toEqual({
      path: "C:\\x.csv",
      fields: { question: "q+r", passage: "p" },
    });
  });

  test("keep the places of items where a line cannot be read, and come as JSON, CSV and gzip too", async () => {
    const dir = await folderOf({
      "a.jsonl": `${JSON.stringify(bench[0])}\nbroken\n${JSON.stringify(bench[1])}\n`,
      "b.json": JSON.stringify(bench, null, 1),
      "c.csv": `question,answer\n"${ROBE}",3\n"${EGGS}",32\n`,
      "d.jsonl.gz": gzipSync(jsonl(bench)),
    });
    const places: number[][] = [];
    for (const name of ["a.jsonl", "b.json", "c.csv", "d.jsonl.gz"]) {
      const { hitsOf } = await loadDecontaminator({ against: [name] }, { pathOf: (each) => join(dir, each) });
      places.push(hitsOf({ text: `${ROBE}. ${EGGS}.` }).map(({ item }) => item));
    }
    expect(places).toEqual([
      [0, 2],
      [0, 1],
      [0, 1],
      [0, 1],
    ]);
  });

  test("of choices in CSV without a header, as MMLU publishes its own files, are read from their first line on", async () => {
    const lines = [`"${ROBE}?",2,1,2,0,C`, `"${EGGS}?",16,32,,8,B`, "Solve for y. y - 2 + 3y = 10,2,3,4,5,B"];
    const dir = await folderOf({
      "college_test.csv": `${lines.join("\n")}\n`,
      "header.csv": `question,x,y,B\n"${ROBE}?",1,2,3\n`,
    });
    const { items, isGuessed } = await readBenchmark({ path: join(dir, "college_test.csv") });
    expect(isGuessed).toBe(false);
    expect(items.map((parts) => parts.map(({ kind, text }) => `${kind}: ${text}`))).toEqual([
      [`question: ${ROBE}?`, "answer: 2"],
      [`question: ${EGGS}?`, "answer: 32"],
      ["question: Solve for y. y - 2 + 3y = 10", "answer: 3"],
    ]);
    const header = await readBenchmark({ path: join(dir, "header.csv") });
    expect(header.items).toEqual([[{ kind: "question", text: `${ROBE}?` }]]);
  });

  test.each([
    ["bm.jsonl:questoin=question", "questoin is not a part of an item", 'did you mean "question"?'],
    ["bm.csv.gz:question=q,anser=a", "anser is not a part of an item", 'did you mean "answer"?'],
    ["bm.jsonl:prompt=q", "prompt is not a part of an item", "the parts of an item are question, answer and passage"],
  ])("under a misspelt part are refused by its name: %s", (text, message, hint) => {
    expect(() => parseBenchmarkSpec(text)).toThrow(
      expect.objectContaining({ message: `--against ${text}: ${message}`, hint }),
    );
  });

  test("of rows in several forms, as training rows are, have each row read by its own names", async () => {
    const forms = [{ messages: [{ role: "user", content: EGGS }] }, { text: ROBE }, { score: 1 }];
    const dir = await folderOf({ "train.jsonl": jsonl(forms) });
    const { items } = await readBenchmark({ path: join(dir, "train.jsonl") });
    expect(items.map((parts) => parts.map(({ text }) => text))).toEqual([[EGGS], [ROBE], []]);
  });

  test("that hold no item, are cut off, or name no question are refused with what to do", async () => {
    const dir = await folderOf({
      "cut.jsonl.gz": gzipSync(jsonl(Array.from({ length: 500 }, (_, at) => ({ question: `${at} ${EGGS}` })))).subarray(
        0,
        300,
      ),
      "empty.jsonl": "",
      "other.jsonl": jsonl([{ id: 1, score: 2 }]),
      "bad.jsonl": "broken\n",
    });
    for (const name of ["cut.jsonl.gz", "empty.jsonl", "other.jsonl", "bad.jsonl"]) {
      const failure = await catchFailureAsync(() => readBenchmark({ path: join(dir, name) }));
      expect(failure.message).toContain(name);
    }
  });
});

describe("what would be passed over", () => {
  test.each([
    [{ vectorField: "x" }, "the vectors in x are not used: no method is set"],
    [{ vectorField: "x", method: "ngram-13" }, "the vectors in x are not used: the method is ngram-13"],
  ])("is refused: %j", async (flags, message) => {
    const cwd = await folder();
    expect((await catchFailureAsync(() => rowsOf(cwd, flags))).message).toBe(message);
  });

  test("is refused: one hit that is both kept and dropped, and no verdict is written", async () => {
    const cwd = await folder();
    const [key] = (await rowsOf(cwd, {})).map(({ hits }) => hits[0]!.key);
    const flags = { verdicts: "verdicts.jsonl", keep: [key], drop: [key], reason: "why", by: "who" };
    const failure = await catchFailureAsync(() => runCommand(command, flags, cwd));
    expect(failure.message).toBe(`${key} is both kept and dropped`);
    expect(existsSync(join(cwd, "verdicts.jsonl"))).toBe(false);
  });
});

describe("rows", () => {
  test("that are too long or broken keep their number, and the file is gone through to its end", async () => {
    const cwd = await folderOf({
      "train.jsonl": `${JSON.stringify({ text: EGGS })}\nbroken\n${JSON.stringify({ text: "z".repeat(20 * 2 ** 20) })}\n${JSON.stringify({ text: ROBE })}\n`,
      "test.jsonl": jsonl(bench),
    });
    expect((await rowsOf(cwd, {})).map(({ row }) => row)).toEqual([0, 3]);
  });

  test("come out of the stage of the pipeline as from the command, in shards of any size", async () => {
    const cwd = await folder();
    const loaded = await loadDecontaminator({ against: ["test.jsonl"] }, { pathOf: (name) => join(cwd, name) });
    for (const size of [1, 3, 100]) {
      const out = join(cwd, `out-${size}.jsonl`);
      const shardSize = { rows: size, characters: 1e6 };
      const { funnel } = await runStage(decontaminateStage, [join(cwd, "train.jsonl")], {
        options: loaded,
        out,
        shardSize,
      });
      expect(await readFile(out, "utf8")).toBe(jsonl([rows[0], rows[2]]));
      expect(funnel).toMatchObject([
        { stage: "decontaminate", rowsIn: 4, rowsKept: 2, dropped: [{ reason: "contaminated", rows: 2 }] },
      ]);
    }
  });

  test("of an empty file end with a failure and leave nothing behind", async () => {
    const cwd = await folderOf({ "train.jsonl": "", "test.jsonl": jsonl(bench) });
    await catchFailureAsync(() => rowsOf(cwd, { out: "clean.jsonl" }));
    expect(existsSync(join(cwd, "clean.jsonl"))).toBe(false);
  });
});

describe("vectors that rows and items bring along", () => {
  const items = [
    { question: "How many eggs?", embedding: [1, 0, 0] },
    { question: "How many bolts?", embedding: [0, 1, 0] },
  ];
  const run = async (train: readonly unknown[], flags: Record<string, unknown> = {}): Promise<ContaminatedRow[]> => {
    const cwd = await folderOf({ "train.jsonl": jsonl(train), "test.jsonl": jsonl(items) });
    return rowsOf(cwd, { method: "embedding", ...flags });
  };

  test("find the items that are near a row, nearest first, also where no word is the same", async () => {
    const found = await run([
      { text: "Count what the ducks lay", embedding: [3, 0.3, 0] },
      { text: "The weather", embedding: [0, 0, 1] },
      { text: "Both", embedding: [1, 1, 0] },
    ]);
    expect(found.map(({ row, hits }) => [row, hits.map(({ item, score }) => [item, score])])).toEqual([
      [0, [[0, 0.995]]],
    ]);
    const wide = await run([{ text: "Both", embedding: [1.1, 1, 0] }], { minScore: 0.6 });
    expect(wide[0]!.hits.map(({ item }) => item)).toEqual([0, 1]);
  });

  test.each([
    [{ text: "x" }, "the field embedding has no vector"],
    [{ text: "x", embedding: [1, 2] }, "its vector has 2 numbers, expected 3"],
    [{ text: "x", embedding: [0, 0, 0] }, "no vector"],
  ])("are asked for where they are missing or of another size: %j", async (row, message) => {
    expect((await catchFailureAsync(() => run([row]))).message).toContain(message);
  });
});

test("an outcome says how each benchmark was read", async () => {
  const cwd = await folder();
  const loaded = await loadDecontaminator({ against: ["test.jsonl"] }, { pathOf: (name) => join(cwd, name) });
  const { decontaminateFiles } = await import("../../../src/curate/decontaminate/decontaminate-files.ts");
  const outcomes: DecontaminateOutcome[] = [];
  const options = { ...loaded, onOutcome: (outcome: DecontaminateOutcome) => outcomes.push(outcome) };
  const numbers: number[] = [];
  for await (const { row } of decontaminateFiles([join(cwd, "train.jsonl")], options)) numbers.push(row);
  expect(numbers).toEqual([1, 3]);
  expect(outcomes[0]!.benchmarks).toMatchObject([
    {
      against: "test.jsonl",
      fields: { question: "question", answer: "answer" },
      isGuessed: true,
      items: 3,
      withoutText: 0,
    },
  ]);
});
