import { strFromU8, unzipSync } from "fflate";
import { expect, test } from "vitest";

import type { ReportDocument } from "../../../src/report/document.ts";
import { datedOfficeFile } from "../../../src/programme/comply/office-file.ts";
import { spreadsheet } from "../../../src/report/spreadsheet.ts";
import { wordFile } from "../../../src/report/word.ts";

const HOSTILE = "<w:t>&amp;\u0000\uD800 =cmd()|'/c calc'!A1";
const PAPER: ReportDocument = {
  title: "Tickets: model card",
  subtitle: HOSTILE,
  facts: [{ label: "Day", value: "2026-11-25" }],
  sections: [
    {
      id: "a",
      title: "Answers",
      blocks: [
        {
          kind: "table",
          caption: "Fields",
          columns: [{ head: "id" }, { head: "answer", width: "wide" }],
          rows: [{ cells: ["F.1", HOSTILE] }],
        },
        { kind: "list", ordered: true, items: ["first", [{ strong: "second" }, { code: "run" }]] },
        { kind: "paragraph", text: "only in a terminal", on: "terminal" },
        { kind: "chart", svg: "<svg/>", narrow: "<svg/>", caption: "Costs" },
      ],
    },
  ],
  footer: "Not legal advice.",
};

/** Text of the elements of a part of an Office file. */
function texts(bytes: Uint8Array, part: string, element: string): string[] {
  const xml = strFromU8(unzipSync(bytes)[part]!);
  return [...xml.matchAll(new RegExp(`<${element}[ >][^<]*`, "g"))].map(([found]) =>
    found.slice(found.indexOf(">") + 1),
  );
}

test("a Word file has every text of the page as text, and the same bytes for the same paper", async () => {
  const bytes = datedOfficeFile(await wordFile(PAPER), "2026-11-25");
  const shown = String.raw`&lt;w:t&gt;&amp;amp;\u0000` + "\uFFFD =cmd()|&apos;/c calc&apos;!A1";
  const found = texts(bytes, "word/document.xml", "w:t");
  expect(found.filter((text) => text === shown)).toHaveLength(2);
  expect(found).toEqual(expect.arrayContaining(["Tickets: model card", "1. ", "second", "run", "Fields", "F.1"]));
  expect(found).toContain("Chart in the HTML report: Costs");
  expect(found).not.toContain("only in a terminal");
  expect(strFromU8(unzipSync(bytes)["docProps/core.xml"]!)).toContain("2026-11-25T00:00:00Z</dcterms:created>");
  expect(datedOfficeFile(await wordFile(PAPER), "2026-11-25")).toEqual(bytes);
});

test("a spreadsheet has text cells alone, cut where Excel could not hold them", async () => {
  const bytes = datedOfficeFile(
    await spreadsheet(
      "Requirements",
      ["id", "detail"],
      [
        ["A", HOSTILE],
        ["B", "x".repeat(40_000)],
      ],
    ),
    "2026-11-25",
  );
  const parts = unzipSync(bytes);
  const sheet = strFromU8(parts["xl/worksheets/sheet1.xml"]!);
  expect(sheet).not.toMatch(/<f[ >]/);
  expect(
    Object.values(parts)
      .map((part) => strFromU8(part))
      .join(""),
  ).toContain(String.raw`\u0000`);
  const all = texts(bytes, "xl/sharedStrings.xml", "t");
  expect(Math.max(...all.map((text) => text.length))).toBe(32_767);
  expect(
    datedOfficeFile(
      await spreadsheet(
        "Requirements",
        ["id", "detail"],
        [
          ["A", HOSTILE],
          ["B", "x".repeat(40_000)],
        ],
      ),
      "2026-11-25",
    ),
  ).toEqual(bytes);
});
