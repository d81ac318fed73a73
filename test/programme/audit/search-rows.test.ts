import { expect, test } from "vitest";

import { searchRows, words } from "../../../src/programme/audit/search-rows.ts";
import { indexItems, promptTexts } from "../../../src/programme/audit/test-items.ts";

async function* rowsOf(texts: readonly string[]): AsyncGenerator<Record<string, unknown>> {
  for (const text of texts) yield { prompt: "Where can I read about it?", completion: text };
}

test("a date is personal data only as a date of birth: a contract begins on a day", async () => {
  const days = [
    "It starts on 2022-02-26 and ends 26/02/2024.",
    '{"effective_date":"2022-02-26","expires":"2024-02-26"}',
  ];
  const births = [
    "Jane, born on 1980-02-03, signs.",
    '{"date_of_birth": "1980-02-03"}',
    "geb. 03.02.1980",
    "DOB: 03/02/1980",
  ];
  const { personalData } = await searchRows(rowsOf([...days, ...births]), new Map());
  expect(personalData).toEqual([{ entity: "DATE_TIME", rows: births.length }]);
});

test("a mail address is personal data, and a web address alone is not", async () => {
  const texts = ["See https://docs.python.org/3/library/json.html.", "Write to maria.lopez@acme-mail.com."];
  const { personalData, searched } = await searchRows(rowsOf(texts), new Map());
  expect(searched).toBe(2);
  expect(personalData).toEqual([{ entity: "EMAIL_ADDRESS", rows: 1 }]);
});

const RULES = "You answer questions of customers about the terms of their contracts, briefly and with the clause.";
const chat = (question: string) => ({
  messages: [
    { role: "system", content: RULES },
    { role: "user", content: question },
    { role: "assistant", content: "In clause seven." },
  ],
});
const alpaca = (input: string) => ({ instruction: RULES, input, output: "In clause seven of the agreement." });
const flat = (question: string) => ({ question, answer: "In clause seven of the agreement, as amended." });

test.each([
  ["a system message", chat],
  ["an instruction", alpaca],
  ["a long answer", flat],
])("rows that share only %s with the test items are no items", async (_what, row) => {
  const first = "How long is the term?";
  const second = "When can we give notice?";
  const other = "Which law governs the deal?";
  const items = [first, second].map((question, at) => ({
    set: "test",
    item: at + 1,
    id: `q${at + 1}`,
    texts: promptTexts(row(question)),
  }));
  const { index } = indexItems([items]);
  expect(new Set(index.keys())).toEqual(new Set([words(first), words(second)]));
  const rows = async function* () {
    yield row(other);
    yield row(second.toUpperCase());
  };
  const { testRows } = await searchRows(rows(), index);
  expect(testRows).toEqual({ count: 1, first: [{ row: 2, set: "test", item: 2 }] });
});

test("a test item that is in its set twice is still found", () => {
  const items = ["How long is the term?", "How long is the term?", "When can we give notice?"].map((text, at) => ({
    set: "test",
    item: at + 1,
    id: String(at),
    texts: [text],
  }));
  expect(indexItems([items]).items.map(({ item }) => item)).toEqual([1, 2, 3]);
});
