import { expect, test } from "vitest";

import type { Block } from "../../src/report/document.ts";
import { htmlPage } from "../../src/report/html.ts";
import { terminalText } from "../../src/report/terminal.ts";

const LONG = "Words that go on for longer than a line of a terminal has room for, which is a hundred columns of text.";

const textOf = (...blocks: Block[]): string => terminalText({ sections: [{ id: "one", title: "One", blocks }] });

test.each<[string, Block, string]>([
  [
    "a paragraph is wrapped, with the words of its links",
    { kind: "paragraph", text: [LONG, " ", { strong: "Strong" }, ", ", { figure: "a.b", text: "12" }, { code: "x" }] },
    "Words that go on for longer than a line of a terminal has room for, which is a hundred columns of\ntext. Strong, 12x",
  ],
  ["a warning says so", { kind: "paragraph", tone: "warning", text: "Look out." }, "warning: Look out."],
  [
    "items hang under their marks",
    { kind: "list", items: [LONG, "two"] },
    "- Words that go on for longer than a line of a terminal has room for, which is a hundred columns of\n  text.\n- two",
  ],
  ["an ordered list is numbered", { kind: "list", ordered: true, items: ["a", "b"] }, "1. a\n2. b"],
  [
    "a table stands under its caption, a rule before its totals",
    {
      kind: "table",
      caption: "Costs",
      columns: [{ head: "what" }, { head: "USD", align: "right" }],
      rows: [{ cells: ["a", "1"] }, { cells: ["b", "20"] }, { cells: [[{ strong: "all" }], "21"], total: true }],
    },
    "Costs\nwhat  USD\na       1\nb      20\n─────────\nall    21",
  ],
  ["tiles are rows", { kind: "tiles", tiles: [{ label: "Cost", value: "12", detail: "10–15" }] }, "Cost  12  10–15"],
  [
    "entries are items",
    { kind: "entries", entries: [{ id: "a", term: "a.b", value: "12", text: "why" }] },
    "- a.b = 12. why",
  ],
  [
    "a verdict leads its parts",
    { kind: "verdict", tone: "good", title: "GO", blocks: [{ kind: "heading", text: "Why" }] },
    "GO\n\nWhy",
  ],
  ["a chart is for pages", { kind: "chart", svg: "<svg/>", narrow: "<svg/>", caption: "Drawn" }, ""],
  [
    "details for the screen alone stay on the page",
    { kind: "details", summary: "More", blocks: [], screenOnly: true },
    "",
  ],
  [
    "other details are printed",
    { kind: "details", summary: "More", blocks: [{ kind: "paragraph", text: "x" }] },
    "More\n\nx",
  ],
])("%s", (_name, block, text) => {
  expect(textOf(block)).toBe(text);
});

test("a part is kept to a page or to a terminal", () => {
  const blocks: Block[] = [
    { kind: "paragraph", text: "both" },
    { kind: "paragraph", text: "page alone", on: "page" },
    { kind: "details", summary: "more", blocks: [{ kind: "paragraph", text: "terminal alone", on: "terminal" }] },
  ];
  expect(textOf(...blocks)).toBe("both\n\nmore\n\nterminal alone");
  const page = htmlPage({
    title: "t",
    subtitle: "s",
    facts: [],
    footer: "f",
    sections: [{ id: "one", title: "One", blocks }],
  });
  expect(page).toContain("page alone");
  expect(page).not.toContain("terminal alone");
});
