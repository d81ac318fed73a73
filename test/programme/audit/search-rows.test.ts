import { expect, test } from "vitest";

import { searchRows } from "../../../src/programme/audit/search-rows.ts";

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
