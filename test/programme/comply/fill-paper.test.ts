import { expect, test } from "vitest";

import { PAPER_IDS, paperTemplate } from "../../../src/catalog/compliance-papers.ts";
import { PaperTemplate } from "../../../src/domain/compliance-paper.ts";
import { fillPaper } from "../../../src/programme/comply/fill-paper.ts";
import { paperDocument, paperShare } from "../../../src/programme/comply/paper-document.ts";
import { htmlPage } from "../../../src/report/html.ts";

const TEMPLATE = paperTemplate("public-summary");
const WHERE = { programme: "Contracts", on: "2026-11-25" };

test("a field has its answer with its source, or is empty with who can fill it", () => {
  const paper = fillPaper(TEMPLATE, new Map([["PST.1.2.deps", { answer: "Qwen/Qwen2.5-7B", from: "line 9" }]]), WHERE);
  expect(paper.fields.find(({ id }) => id === "PST.1.2.deps")).toMatchObject({
    answer: "Qwen/Qwen2.5-7B",
    from: "line 9",
  });
  const empty = paper.fields.filter(({ answer }) => answer === null);
  expect(empty).toHaveLength(51);
  expect(empty.every(({ from }) => from.includes("can fill it"))).toBe(true);
  expect(paperShare(paper)).toBe("public-summary: 1 of 52 fields are filled (2 %)");
});

test("an answer that holds personal data is withheld", () => {
  const answers = new Map([["PST.1.1.provider", { answer: "write to anna.kowalska@example.org", from: "line 3" }]]);
  const paper = fillPaper(TEMPLATE, answers, WHERE);
  expect(paper).toMatchObject({ filled: 0, withheld: ["PST.1.1.provider"] });
  expect(JSON.stringify(paper)).not.toContain("kowalska");
  expect(paper.fields.find(({ id }) => id === "PST.1.1.provider")?.from).toContain("(EMAIL_ADDRESS)");
});

test("a day on which something was done is not personal data, a birth is", () => {
  const filled = (answer: string) =>
    fillPaper(TEMPLATE, new Map([["PST.1.1.provider", { answer, from: "line 3" }]]), WHERE).filled;
  expect(filled("made on 2026-11-25")).toBe(1);
  expect(filled("date of birth: 1951-03-04")).toBe(0);
});

test("a template that lacks a part is refused, and an answer to a field that it lacks changes nothing", () => {
  const [first, ...others] = TEMPLATE.fields;
  const { section: _section, ...without } = first!;
  for (const broken of [
    { ...TEMPLATE, fields: undefined },
    { ...TEMPLATE, fields: [without, ...others] },
  ]) {
    expect(PaperTemplate.safeParse(broken).success).toBe(false);
  }
  const answers = new Map([[first!.id, { answer: "said", from: "line 3" }]]);
  const paper = fillPaper({ ...TEMPLATE, fields: others }, answers, WHERE);
  expect(paper).toMatchObject({ filled: 0 });
  expect(paper.fields).toHaveLength(51);
});

test.each(PAPER_IDS)("%s has each numbered section once, and all fields", (id) => {
  const { sections } = paperDocument(fillPaper(paperTemplate(id), new Map(), WHERE));
  const numbers = sections.flatMap(({ title }) => (/^\d/.test(title) ? [title.split(" ")[0]] : []));
  expect(new Set(numbers).size).toBe(numbers.length);
  expect(
    sections.flatMap(({ blocks }) => blocks.flatMap((block) => (block.kind === "table" ? block.rows : []))),
  ).toHaveLength(paperTemplate(id).fields.length);
});

test("text of users does not break the page", () => {
  const answers = new Map([["PST.1.2.names", { answer: "<script>alert(1)</script>", from: "line 4" }]]);
  const page = htmlPage(paperDocument(fillPaper(TEMPLATE, answers, WHERE)));
  expect(page).not.toContain("<script>alert");
  expect(page.match(/Not legal advice/g)).toHaveLength(1);
});

test.each([
  ["datasheet", 57],
  ["model-card", 57],
  ["public-summary", 52],
  ["annex-xi", 14],
  ["annex-xii", 11],
  ["gdpr-art30", 16],
  ["dpia", 35],
  ["hipaa-deid", 45],
] as const)("%s has %d fields", (id, count) => {
  const { fields } = paperTemplate(id);
  expect(new Set(fields.map((field) => field.id)).size).toBe(count);
});
