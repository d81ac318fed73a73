import { expect, test } from "vitest";

import { searchRows } from "../../../src/programme/audit/search-rows.ts";

async function* rowsOf(texts: readonly string[]): AsyncGenerator<Record<string, unknown>> {
  for (const text of texts) yield { prompt: "Where can I read about it?", completion: text };
}

test("a mail address is personal data, and a web address alone is not", async () => {
  const texts = ["See https://docs.python.org/3/library/json.html.", "Write to maria.lopez@acme-mail.com."];
  const { personalData, searched } = await searchRows(rowsOf(texts), new Map());
  expect(searched).toBe(2);
  expect(personalData).toEqual([{ entity: "EMAIL_ADDRESS", rows: 1 }]);
});
