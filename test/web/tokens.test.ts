import { readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { PAGE_STYLE } from "../../src/report/page-style.ts";

const TOKENS = readFileSync(new URL("../../src/web/tokens.css", import.meta.url), "utf8");

/** Tokens by name, each with its light and its dark value. */
function pageTokens(): Map<string, { light: string; dark: string }> {
  const pairs = TOKENS.matchAll(/--([\w-]+): light-dark\((#\w+), (#\w+)\);/g);
  return new Map([...pairs].map(([, name, light, dark]) => [name!, { light: light!, dark: dark! }]));
}

function reportTokens(): { light: Map<string, string>; dark: Map<string, string> } {
  const [, light, dark] = /:root\{(.*?)\}.*?:root\{(.*?)\}\}/s.exec(PAGE_STYLE)!;
  const read = (text: string): Map<string, string> =>
    new Map([...text.matchAll(/--([\w-]+):(#\w+);/g)].map(([, name, value]) => [name!, value!]));
  return { light: read(light!), dark: read(dark!) };
}

describe("the colours of the pages", () => {
  const shared = [1, 2, 3, 4, 5, 6, 7].map((n) => `chart-${n}`);
  const states = ["good", "good-soft", "warn", "warn-soft", "bad", "bad-soft", "link"];

  test.each([...shared, ...states, "chart-bad"])("%s is that of the reports, light and dark", (name) => {
    const { light, dark } = reportTokens();
    expect(pageTokens().get(name)).toEqual({ light: light.get(name), dark: dark.get(name) });
  });

  test("no other style sheet of the pages states a colour of its own", () => {
    for (const file of ["shell.css", "parts.css", "programme.css", "label.css", "watch.css"]) {
      const text = readFileSync(new URL(`../../src/web/${file}`, import.meta.url), "utf8");
      expect(text.match(/#[\da-f]{3,8}\b/gi) ?? [], file).toEqual([]);
    }
  });
});
