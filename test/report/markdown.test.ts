import fc from "fast-check";
import { expect, test } from "vitest";

import type { ReportDocument } from "../../src/report/document.ts";
import { escapeHtml, htmlPage } from "../../src/report/html.ts";
import { escapeMarkdown, markdownPage } from "../../src/report/markdown.ts";
import { nestingErrors } from "./well-formed.ts";

const document = (text: string): ReportDocument => ({
  title: text,
  subtitle: text,
  facts: [{ label: text, value: text }],
  sections: [
    {
      id: "one",
      title: text,
      blocks: [
        { kind: "paragraph", text: [text, { strong: text }, { code: text }, { figure: "a.b", text }], tone: "note" },
        { kind: "list", ordered: true, items: [text] },
        { kind: "table", caption: text, columns: [{ head: text }], rows: [{ cells: [text], total: true, id: "row" }] },
        { kind: "tiles", tiles: [{ label: text, value: text, detail: text }] },
        { kind: "entries", entries: [{ id: "fig-a.b", term: text, value: text, text }] },
        { kind: "details", summary: text, blocks: [{ kind: "heading", text }] },
        { kind: "verdict", tone: "good", title: text, blocks: [] },
        { kind: "chart", svg: "<svg></svg>", narrow: "<svg></svg>", caption: text },
      ],
    },
  ],
  footer: text,
});

const anyText = fc.string({ unit: fc.constantFrom(..."<>&\"'`[]()|\\*_#\n- a1.$".split("")), maxLength: 30 });

test("whatever the words are, the page is well-formed and has the tags that it has without them", () => {
  const tags = (html: string): string[] => [...html.matchAll(/<\/?[a-z]\w*/gi)].map(([tag]) => tag);
  const expected = tags(htmlPage(document("x")));
  fc.assert(
    fc.property(anyText, (text) => {
      const html = htmlPage(document(text));
      expect(nestingErrors(html)).toEqual([]);
      expect(tags(html)).toEqual(expected);
    }),
  );
});

test("whatever the words are, a table row of the Markdown stays one line with its own cells", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const row = markdownPage(document(text))
        .split("\n")
        .filter((line) => line.startsWith("| ") && line.includes('<a id="row">'));
      expect(row).toHaveLength(1);
      expect(row[0]!.replaceAll(/\\[\\|]/g, "").match(/\|/g)).toHaveLength(2);
    }),
  );
});

test("every form of a block is printed in Markdown", async () => {
  await expect(markdownPage(document("Words"))).toMatchFileSnapshot("../golden/report-blocks.md");
});

test("what would begin a heading, a list, a tag or a link is escaped", () => {
  expect(escapeMarkdown("- a")).toBe("\\- a");
  expect(escapeMarkdown("a\u001b[31m")).toBe("a\\\\u001b\\[31m");
  expect(escapeMarkdown("1. a")).toBe("\\1. a");
  expect(escapeMarkdown("# a <b> [c](d) `e` | f")).toBe("\\# a \\<b\\> \\[c\\](d) \\`e\\` \\| f");
  expect(escapeHtml(`<a href="x" title='y'>&`)).toBe("&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;");
});
