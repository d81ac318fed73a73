import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import dataQuality from "../../../src/cli/commands/data-quality.ts";
import { readWordList } from "../../../src/curate/quality/word-list.ts";
import type { QualityResult } from "../../../src/domain/quality.ts";
import { runCommand } from "../../cli/run-command.ts";
import { folderOf, jsonl } from "../pipeline/rows.ts";

const ROWS = [
  { prompt: "What is the capital of France?", completion: "Paris." },
  { prompt: "What is the capital of Spain?", completion: "Madrid." },
  { prompt: "What is the best city?", completion: "As an AI language model, I like them all." },
  { prompt: "Write to Ann", completion: "Dear Ann, damn it, [Your Name] is late." },
  { prompt: "Who is there?", completion: "I'm sorry, but I can't help with that." },
];

describe("data quality", () => {
  test("writes what is kept and what is not, counts both, and sums up what is left", async () => {
    const folder = await folderOf({ "a.jsonl": `${jsonl(ROWS)}{"torn` });
    const raw = { file: ["a.jsonl"], out: "good.jsonl", dropped: "bad.jsonl", allow: ["placeholder"] };
    const { json, text } = await runCommand(dataQuality, raw, folder);
    const { funnel, noted, summary } = json as QualityResult;
    expect(funnel).toMatchObject([
      { stage: "read", rowsIn: 6, rowsKept: 5 },
      { stage: "quality", rowsIn: 5, rowsKept: 3, dropped: [{ reason: "boilerplate" }, { reason: "refusal" }] },
    ]);
    expect(noted).toEqual([{ reason: "placeholder", rows: 1 }]);
    expect(summary).toMatchObject({
      rows: 3,
      distinctOpenings: 2,
      openings: [{ opening: "what is the", rows: 2 }, { rows: 1 }],
      verbs: [
        { verb: "what", rows: 2 },
        { verb: "write", rows: 1 },
      ],
      evenness: { languages: 0.918, verbs: 0.918 }, // by hand: -(2/3 log2 2/3 + 1/3 log2 1/3)
      repeatedPrompts: 0,
      topOpenings: 1,
      sources: [{ source: "a.jsonl", rows: 3 }],
    });
    expect(await readFile(join(folder, "good.jsonl"), "utf8")).toBe(jsonl([ROWS[0], ROWS[1], ROWS[3]]));
    expect((await readFile(join(folder, "bad.jsonl"), "utf8")).trim().split("\n")).toHaveLength(3); // with the line that is not JSON
    await expect(text()).toMatchFileSnapshot("../../golden/data-quality.txt");
    await expect(runCommand(dataQuality, raw, folder)).rejects.toThrow("already exists");
  });

  test("takes a programme folder, compares prompts as dedup does, and masks personal data in what it prints", async () => {
    const folder = await folderOf({
      "programme.yaml": `name: P
task: { kind: chat, goals: [style] }
model: { base: Qwen/Qwen2.5-7B-Instruct }
data: { files: [{ path: a.jsonl, role: train, origin: own }] }
`,
      "a.jsonl": jsonl([
        { prompt: "Round 1,5 please", completion: "It is two." },
        { prompt: "Round 1.5 please", completion: "It is two, too." },
        { prompt: "Call 212-555-1234, Mary Smith", completion: "As an AI language model, I like Mary Smith." },
      ]),
    });
    const { json, text } = await runCommand(dataQuality, { file: ["."] }, folder);
    expect((json as QualityResult).summary).toMatchObject({ rows: 2, repeatedPrompts: 0 });
    expect(text()).toContain("<PERSON>");
    expect(text()).not.toMatch(/Smith|555/);
  });

  test("fails where no row is left, as the rules for web pages do with dialogues", async () => {
    const folder = await folderOf({ "a.jsonl": jsonl(ROWS) });
    for (const profile of ["gopher", "c4"]) {
      const { failed } = await runCommand(dataQuality, { file: ["a.jsonl"], profile }, folder);
      expect(failed).toBe(`the profile ${profile} dropped every row`);
    }
  });

  test("drops rows with a listed word, as whole words in any case, once a list is named", async () => {
    const folder = await folderOf({ "a.jsonl": jsonl(ROWS), "words.txt": "# mine\nDamn it\nmadri\n" });
    const { json } = await runCommand(
      dataQuality,
      { file: ["a.jsonl"], words: "words.txt", allow: ["placeholder"] },
      folder,
    );
    const dropped = (json as QualityResult).funnel.at(-1)!.dropped;
    expect(dropped.find(({ reason }) => reason === "listed-word")).toMatchObject({ rows: 1, samples: [{ line: 4 }] });
    await expect(readWordList(join(folder, "a.jsonl"))).rejects.toThrow("words");
  });
});
