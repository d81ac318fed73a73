import { readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { language } from "../../src/curate/quality/language.ts";
import { followed, INSTRUCTIONS } from "../../src/evaluate/score/ifeval/followed.ts";
import { countSentences } from "../../src/evaluate/score/ifeval/sentences.ts";
import { describeShared, sharedRows } from "./shared-data.ts";

type Prompt = { key: number; instruction_id_list: string[]; kwargs: Record<string, unknown>[] };
type Published = { response: string; follow_instruction_list: boolean[] };
type Golden = { id: string; settings: Record<string, unknown>; answer: string; followed: boolean };

const golden = JSON.parse(readFileSync(new URL("../golden/ifeval.json", import.meta.url), "utf8")) as {
  source: string;
  rows: Golden[];
};

/** Answers whose language the published program (langdetect) names and ours leaves open, or names otherwise. */
const LANGUAGE = "the language detector";
/** Published verdicts that ours do not repeat, with the reason. */
const DIFFERENT: Readonly<Record<"strict" | "loose", Readonly<Record<string, string>>>> = {
  strict: {
    "202 change_case:english_lowercase": `${LANGUAGE}: a single word, which langdetect takes for another language`,
    "1259 language:response_language": `${LANGUAGE}: three short lines of Marathi`,
    "2299 language:response_language": `${LANGUAGE}: Swahili is not among its languages`,
    "2309 language:response_language": `${LANGUAGE}: Swahili is not among its languages`,
    "3653 language:response_language": `${LANGUAGE}: Nepali, taken for Hindi`,
  },
  loose: {
    "1122 keywords:letter_frequency":
      "the published program replaces a sign that is not a letter (#) by a letter drawn at random",
    "1259 language:response_language": `${LANGUAGE}: three short lines of Marathi`,
    "1967 length_constraints:number_sentences":
      "ours counts 19 numbered sentences twice, as the strict verdict does; cause not found",
    "1996 change_case:capital_word_frequency":
      "without a first or last line ours counts fewer than 20; cause not found",
    "2299 language:response_language": `${LANGUAGE}: Swahili is not among its languages`,
    "2309 language:response_language": `${LANGUAGE}: Swahili is not among its languages`,
    "3653 language:response_language": `${LANGUAGE}: Nepali, taken for Hindi`,
  },
};

describe(`answers that follow an instruction narrowly or not (${golden.source})`, () => {
  test.each(golden.rows.map((row) => [row.id, row.answer, row] as const))("%s: %j", (_id, _answer, row) => {
    expect(followed(row.answer, [row], { languageOf: language })).toEqual([row.followed]);
  });

  test("the table has every instruction but those that need nltk's tables", () => {
    const without = [
      "change_case:capital_word_frequency",
      "language:response_language",
      "length_constraints:number_sentences",
    ];
    expect([...new Set(golden.rows.map(({ id }) => id)), ...without].toSorted()).toEqual(INSTRUCTIONS);
  });
});

test.each([
  ["One. Two! Three?", 3],
  ["Dr. Smith met J. Doe at 5 p.m. in the U.S. capital.", 1],
  ['He said "Stop." Then he left.', 2],
  ["Wait... What? Fine...", 3],
  ["It costs 3.50 dollars. See example.com for more.", 2],
  ["no mark at all", 1],
  ["  ", 0],
])("sentences of %j: %i", (text, wanted) => {
  expect(countSentences(text)).toBe(wanted);
});

test("an unknown instruction has no verdict, an empty answer follows nothing", () => {
  expect(followed("a", [{ id: "length:rhymes", settings: {} }], { languageOf: language })).toEqual([undefined]);
  expect(followed(" ", [{ id: "punctuation:no_comma", settings: {} }], { languageOf: language })).toEqual([false]);
});

test("the loose verdict forgives a first line, a last line and asterisks", () => {
  const json = [{ id: "detectable_format:json_format", settings: {} }];
  const answer = "Here it is:\n{}\nDone.";
  expect(followed(answer, json, { languageOf: language })).toEqual([false]);
  expect(followed(answer, json, { languageOf: language, isLoose: true })).toEqual([true]);
});

describeShared("IFEval: 541 answers of gpt-4o-mini with the verdicts of M-IFEval (needs ../shared)", () => {
  test.each(["strict", "loose"] as const)("834 %s verdicts are those published, but those listed", (kind) => {
    const prompts = sharedRows<Prompt>("ifeval/input_data_en.jsonl");
    const published = sharedRows<Published>(`ifeval/gpt-4o-mini-2024-07-18.${kind}.jsonl`);
    const verdicts = published.flatMap(({ response, follow_instruction_list: wanted }, index) => {
      const { key, instruction_id_list: ids, kwargs } = prompts[index]!;
      const instructions = ids.map((id, place) => ({ id, settings: kwargs[place]! }));
      const ours = followed(response, instructions, { languageOf: language, isLoose: kind === "loose" });
      return wanted.map((verdict, place) => ({
        name: `${key} ${ids[place]!.slice("en:".length)}`,
        isEqual: verdict === ours[place],
      }));
    });
    expect(verdicts).toHaveLength(834);
    const different = verdicts.filter(({ isEqual }) => !isEqual).map(({ name }) => name);
    expect(different.toSorted()).toEqual(Object.keys(DIFFERENT[kind]).toSorted());
  });
});
