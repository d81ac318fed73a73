import { parse } from "csv-parse/sync";
import { expect, test } from "vitest";

import { dutyCalendar } from "../../src/comply/duty-calendar.ts";
import { requirementMatrix } from "../../src/comply/requirement-matrix.ts";
import type { AppliedRequirement } from "../../src/domain/compliance.ts";

const item = {
  artifact: 'a, "b"\nc',
  automation: "auto",
  state: "found",
  ref: "=cmd()",
  sha256: null,
  detail: "-1",
  collectedAt: "2026-11-01",
  validUntil: null,
  reviewer: "@counsel",
  askedFrom: "+Data lead",
  due: "2026-12-24",
} as const;
const requirement: AppliedRequirement = {
  id: "AIA-53-1d",
  framework: "EU_AI_ACT",
  kind: "obligation",
  title: "+Summary",
  ref: "Art 53(1)(d)",
  summary: "",
  applies: "later",
  from: "2027-08-02",
  dependsOn: [],
  verification: "primary",
  fromRecords: "full",
  evidence: [item, { ...item, ref: null, state: "missing" }],
  caveat: "@all",
};

test("a row for each item of evidence, and no cell that a spreadsheet runs as a formula", () => {
  const text = requirementMatrix({ requirements: [requirement, { ...requirement, evidence: [] }] });
  const rows = parse<Record<string, string>>(text, { columns: true });
  expect(rows).toHaveLength(3);
  expect(rows[0]).toMatchObject({
    "evidence asked for": 'a, "b"\nc',
    file: "'=cmd()",
    title: "'+Summary",
    detail: "'-1",
    collected: "2026-11-01",
    "valid until": "",
    reviewer: "'@counsel",
    due: "2026-12-24",
  });
  expect(rows.map(({ state }) => state)).toEqual(["found", "missing", "none asked for"]);
  for (const cell of rows.flatMap((row) => Object.values(row))) expect(cell).not.toMatch(/^[=+\-@\t\r]/);
  expect(text.endsWith("\r\n")).toBe(true);
});

test("the calendar has a whole-day event for each date, in lines of at most 75 bytes", () => {
  const text = dutyCalendar({
    programme: "Kläranlage; Süd",
    on: "2026-11-25",
    deadlines: [{ date: "2026-12-02", what: `marking, ${"ü".repeat(80)}` }],
    requirements: [requirement, { ...requirement, id: "X", applies: "yes" }],
  });
  const lines = text.split("\r\n");
  for (const line of lines) expect(new TextEncoder().encode(line).length).toBeLessThanOrEqual(75);
  const unfolded = text.replaceAll("\r\n ", "");
  expect(unfolded.match(/BEGIN:VEVENT/g)).toHaveLength(3);
  expect(unfolded).toContain(
    "DTSTART;VALUE=DATE:20261224\r\nSUMMARY:Kläranlage\\; Süd: evidence due from +Data lead\r\n",
  );
  expect(unfolded).toContain("DTSTART;VALUE=DATE:20270802\r\nSUMMARY:Kläranlage\\; Süd: AIA-53-1d: +Summary\r\n");
  expect(unfolded).toContain(
    `DTSTART;VALUE=DATE:20261202\r\nSUMMARY:Kläranlage\\; Süd: marking\\, ${"ü".repeat(80)}\r\n`,
  );
  expect(text.startsWith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")).toBe(true);
  expect(text.endsWith("END:VCALENDAR\r\n")).toBe(true);
});
