import { expect, test } from "vitest";

import { textTokens } from "../../../../src/curate/duplicates/text-tokens.ts";

test("a text of 16 MB without a space is hashed in time that grows with its length", () => {
  const tokens = textTokens();
  const time = (text: string): number => {
    const start = process.cpuUsage();
    tokens.ofText(text);
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000;
  };
  time("語a".repeat(100_000));
  expect(time("a".repeat(16_000_000))).toBeLessThan(2_000);
  expect(time("語".repeat(5_000_000))).toBeLessThan(2_000);
});
