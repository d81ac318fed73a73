import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { decontaminateFiles } from "../../../src/curate/decontaminate/decontaminate-files.ts";
import { decontaminateStage } from "../../../src/curate/decontaminate/decontaminate-stage.ts";
import { decontaminateText } from "../../../src/curate/decontaminate/decontaminate-text.ts";
import { loadDecontaminator } from "../../../src/curate/decontaminate/load-decontaminator.ts";
import { runStage } from "../../../src/curate/pipeline/reading/run-stage.ts";
import type { DecontaminateOutcome } from "../../../src/domain/decontaminate.ts";
import { folderOf, jsonl } from "../pipeline/rows.ts";

const TEMPLATE =
  "You are a careful assistant of a hospital. Read the note below, list every finding that a nurse must act on today, and answer in short sentences without names.";
const ITEM = "The patient walked to the window twice, refused the evening soup and asked for a second blanket";
const OTHER = "Swelling of the left ankle after a fall in the corridor, cooled with ice and raised on a pillow";

/** Rows with the template, each with a note of its own. */
const rowsOfTemplate = (count: number): Record<string, string>[] =>
  Array.from({ length: count }, (_, row) => ({
    prompt: `${TEMPLATE}\n\nNote ${row}: ${["pain", "fever", "cough", "rash"][row % 4]} since day ${row}, ward ${row % 7} informed, tablet ${row * 3} given`,
    completion: `Watch value ${row} until the evening.`,
  }));

type Found = { dropped: string[]; templates: number[]; outcome: DecontaminateOutcome; kept: string };

async function decontaminated(rows: readonly object[], items: readonly object[], method?: string): Promise<Found> {
  const cwd = await folderOf({ "train.jsonl": jsonl(rows), "bench.jsonl": jsonl(items) });
  const loaded = await loadDecontaminator({ against: ["bench.jsonl"], method }, { pathOf: (name) => join(cwd, name) });
  const found: Found = { dropped: [], templates: [], outcome: undefined as never, kept: "" };
  const options = { ...loaded, out: join(cwd, "clean.jsonl"), dropped: join(cwd, "dropped.jsonl") };
  const onOutcome = (outcome: DecontaminateOutcome): void => void (found.outcome = outcome);
  for await (const { row, hits } of decontaminateFiles([join(cwd, "train.jsonl")], { ...options, onOutcome }))
    if (hits.every(({ isTemplate }) => isTemplate)) found.templates.push(row);
  found.dropped = (await readFile(options.dropped, "utf8"))
    .trim()
    .split("\n")
    .filter((line) => line !== "");
  found.kept = await readFile(options.out, "utf8");
  // The stage of the pipeline keeps the same rows, however they are sharded.
  const out = join(cwd, "stage.jsonl");
  await runStage(decontaminateStage, [join(cwd, "train.jsonl")], {
    options: loaded,
    out,
    shardSize: { rows: 7, characters: 1e6 },
  });
  expect(await readFile(out, "utf8")).toBe(found.kept);
  return found;
}

describe("a template that rows share with an item", () => {
  const items = [{ question: `${TEMPLATE}\n\nNote: ${ITEM}`, answer: "Offer soup again and bring a blanket." }];

  test.each(["default", "ngram-13", "gpt3", "parts"])("drops no row by itself, and is reported: %s", async (method) => {
    const { dropped, templates, outcome, kept } = await decontaminated(rowsOfTemplate(40), items, method);
    expect(dropped).toEqual([]);
    expect(kept.trim().split("\n")).toHaveLength(40);
    expect(templates).toHaveLength(40);
    expect(outcome.benchmarks[0]).toMatchObject({ contaminated: 0, rows: 0 });
    expect(outcome.findings).toMatchObject([{ finding: "shared-template", rows: 40 }]);
    expect(decontaminateText(outcome)).toMatch(
      /40 rows kept, because they share with item 0 of bench\.jsonl only a template .*careful assistant of a hospital.*; no other item has it/,
    );
  });

  test("of several items is reported for all of them", async () => {
    const both = [ITEM, OTHER].map((note) => ({ question: `${TEMPLATE}\n\nNote: ${note}`, answer: "Look after it." }));
    const text = decontaminateText((await decontaminated(rowsOfTemplate(40), both)).outcome);
    expect(text).toContain("40 rows kept, because they share with items 0, 1 of bench.jsonl only a template");
    expect(text).not.toContain("no other item has it");
  });

  test("keeps no row with the item, whole, cut off or in other words of half of it", async () => {
    const contaminated = [
      { prompt: `${TEMPLATE}\n\nNote: ${ITEM}`, completion: "yes" },
      { prompt: `${TEMPLATE}\n\nNote: ${ITEM.split(" ").slice(0, 9).join(" ")}`, completion: "cut off" },
      {
        prompt: `${TEMPLATE}\n\nToday: patient asked for second blanket, refused soup, walked`,
        completion: "reworded",
      },
    ];
    const { dropped, templates } = await decontaminated([...rowsOfTemplate(30), ...contaminated], items);
    expect(dropped.map((line) => JSON.parse(line).fields.completion)).toEqual(["yes", "cut off", "reworded"]);
    expect(templates).toHaveLength(30);
  });

  test("is none if ten rows have it, or if the rows differ in nothing else", async () => {
    expect((await decontaminated(rowsOfTemplate(10), items)).dropped).toHaveLength(10);
    const cut = Array.from({ length: 40 }, (_, row) => ({
      prompt: `${TEMPLATE}\n\nNote: ${ITEM.split(" ").slice(0, 4).join(" ")}`,
      completion: `Answer ${row} of forty, drawn again.`,
    }));
    expect((await decontaminated(cut, items)).dropped).toHaveLength(40);
  });

  test("is not what rows have that tell the item with other numbers", async () => {
    const story = (a: number, b: number): string =>
      `Janet sells ${a} duck eggs at the farmers market every morning for ${b} dollars each and bakes muffins for her friends with the rest of the eggs; how many dollars does she make on a day on which the ducks lay 16 eggs?`;
    const rows = Array.from({ length: 40 }, (_, row) => ({ prompt: story(row + 3, row + 9), completion: String(row) }));
    expect((await decontaminated(rows, [{ question: story(2, 7), answer: "18" }])).dropped).toHaveLength(40);
  });
});

test("many items with a template and a word of their own are told by the word", async () => {
  const words = Array.from(
    { length: 40 },
    (_, item) => `wort${"abcdefghij"[item % 10]}${"klmn"[(item >> 2) & 3]}${item}x`,
  );
  const asked = (word: string): string =>
    `Decide whether the German word below is a noun, and answer with yes or no only. Word: ${word}. Do not explain your answer and do not repeat the word.`;
  const rows = [{ text: asked("Haus") }, { text: asked(words[7]!) }];
  const { outcome } = await decontaminated(
    rows,
    words.map((word) => ({ question: asked(word), answer: "yes" })),
  );
  expect(outcome.benchmarks[0]!.hits).toMatchObject([{ item: 7, rows: [1] }]);
});

describe("a question that many items share", () => {
  const instruction =
    "Classify the note below by its urgency. Answer with one of the words urgent, soon or routine, and with nothing else.";
  const items = [ITEM, OTHER, ...rowsOfTemplate(8).map(({ completion }) => completion!)].map((context, item) => ({
    instruction,
    context,
    response: ["urgent", "soon", "routine"][item % 3]!,
  }));

  test("does not tell one of them: a row contains the item whose passage it has", async () => {
    const rows = [
      { instruction, context: "No complaints, slept well, bandage changed by the night shift", response: "routine" },
      { instruction, context: OTHER, response: "soon" },
    ];
    const { dropped, outcome } = await decontaminated(rows, items);
    expect(dropped.map((line) => JSON.parse(line).fields.context)).toEqual([OTHER]);
    expect(outcome.benchmarks[0]).toMatchObject({ contaminated: 1, rows: 1 });
  });

  test("tells all of them if they differ in their answers only, as in a file of choices", async () => {
    const question =
      "A cable of a lift of 1,000 kg snaps, and its brakes stop it after a fall of 100 m: how much heat do they take?";
    const choices = items.map((_item, choice) => ({ question, answer: `${10 ** choice} J` }));
    const { dropped, outcome } = await decontaminated([{ text: question }, { text: "Lifts are safe" }], choices);
    expect(dropped).toHaveLength(1);
    expect(outcome.benchmarks[0]!.contaminated).toBe(choices.length);
  });
});
