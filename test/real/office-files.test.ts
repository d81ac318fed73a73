import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { runHere } from "../cli/run-here.ts";

const python = process.env["TUNEWRIGHT_PYTHON"] ?? "";
const READ = `
import json, sys, docx, openpyxl
paper = docx.Document(sys.argv[1] + "/hipaa-deid.docx")
sheet = openpyxl.load_workbook(sys.argv[1] + "/requirements.xlsx").active
print(json.dumps({
  "title": paper.paragraphs[0].text, "created": paper.core_properties.created.isoformat(),
  "fields": [row.cells[0].text for table in paper.tables for row in table.rows[1:]],
  "head": [cell.value for cell in sheet[1]], "rows": sheet.max_row, "frozen": sheet.freeze_panes,
  "types": sorted({cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None}),
}))`;

function hasReaders(): boolean {
  try {
    execFileSync(python, ["-c", "import docx, openpyxl"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

describe.skipIf(!hasReaders())("papers as Office files (needs TUNEWRIGHT_PYTHON with python-docx and openpyxl)", () => {
  let dir: string;
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), "tunewright-office-"));
    cpSync(new URL("../../examples/clinical", import.meta.url).pathname, dir, { recursive: true });
    expect((await runHere(["comply", "papers", dir, "--on", "2026-11-25"])).code).toBe(0);
  });
  afterAll(() => rmSync(dir, { recursive: true }));

  test("python-docx reads every field of the paper, and openpyxl every requirement as text", async () => {
    const papers = join(dir, "report/papers");
    const read = JSON.parse(execFileSync(python, ["-W", "ignore", "-c", READ, papers], { encoding: "utf8" })) as Record<
      string,
      unknown
    >;
    const { default: paper } = (await import(join(papers, "hipaa-deid.json"), { with: { type: "json" } })) as {
      default: { fields: { id: string }[] };
    };
    expect(read["fields"]).toEqual(paper.fields.map(({ id }) => id));
    expect(read).toMatchObject({
      title: "Clinical scribe: HIPAA de-identification report (45 CFR 164.514)",
      created: "2026-11-25T00:00:00+00:00",
      frozen: "A2",
    });
    expect((read["head"] as string[]).slice(0, 2)).toEqual(["framework", "requirement"]);
    expect(read["rows"]).toBeGreaterThan(100);
    expect((read["types"] as string[]).filter((type) => type === "f")).toEqual([]);
  });
});
