import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import dataRights from "../../../src/cli/commands/data-rights.ts";
import type { RightsLine } from "../../../src/domain/rights.ts";
import { runCommand } from "../run-command.ts";

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), "tunewright-rights-"));
  const rows = [
    { text: "ours" },
    { text: "theirs", license: "cc-by-nc-4.0" },
    { text: "shared", license: "CC BY-SA 4.0" },
  ];
  writeFileSync(join(cwd, "mixed.jsonl"), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  writeFileSync(join(cwd, "web.csv"), "text,page\nfree,https://e.org/free\nkept,https://e.org/members/1\n");
  writeFileSync(join(cwd, "robots.txt"), "User-agent: *\nAllow: /\nContent-Signal: /members/ ai-train=no\n");
  writeFileSync(
    join(cwd, "rights.yaml"),
    [
      "sources:",
      "  - source: mixed.jsonl",
      "    licence: MIT",
      "    generatedBy: [gpt-4o-mini]",
      "  - source: web.csv",
      "    licence: CC0-1.0",
      "    optOut: [{ kind: robots.txt, file: robots.txt, host: e.org }]",
    ].join("\n"),
  );
});
afterAll(() => rmSync(cwd, { recursive: true }));

test("the rights of two datasets are shown by verdict, with the duties that they leave", async () => {
  const answer = await runCommand(
    dataRights,
    { file: ["mixed.jsonl", "web.csv"], rights: "rights.yaml", licenceField: "license", urlField: "page" },
    cwd,
  );
  expect(answer.failed).toBe("4 rows may not be trained on in their current state");
  await expect(`${answer.text()}\n`).toMatchFileSnapshot("../../golden/data-rights.txt");
});

test("rows go to their files, and kept and held rows are all rows", async () => {
  const raw = {
    file: ["mixed.jsonl"],
    rights: "rights.yaml",
    licenceField: "license",
    out: "cleared.jsonl",
    counsel: "keep",
  };
  const { json } = await runCommand(dataRights, { ...raw, dropped: "held.jsonl" }, cwd);
  const lines = (name: string): unknown[] =>
    readFileSync(join(cwd, name), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as unknown);
  expect(lines("cleared.jsonl")).toEqual([{ text: "ours" }, { text: "shared", license: "CC BY-SA 4.0" }]);
  expect(lines("held.jsonl")).toMatchObject([{ line: 2, reason: "licence-use" }]);
  const { table } = json as { table: RightsLine[] };
  expect(table.reduce((sum, { rows }) => sum + rows, 0)).toBe(3);
});

test("a run with rows that may not be trained on ends with what would let them through", async () => {
  const hintOf = async (flags: Record<string, unknown>): Promise<string> =>
    (await runCommand(dataRights, { file: ["mixed.jsonl"], ...flags }, cwd)).next!;
  expect(await hintOf({})).toBe("describe the rights of each dataset: docs/concepts/rights.md shows an example");
  expect(await hintOf({ rights: "rights.yaml", licenceField: "license" })).toBe(
    'record the decision of counsel on "mixed.jsonl" in rights.yaml: docs/concepts/rights.md',
  );
  writeFileSync(join(cwd, "none.yaml"), "sources: [{ source: mixed.jsonl }]");
  expect(await hintOf({ rights: "none.yaml", licenceField: "license" })).toBe(
    'add to none.yaml for "mixed.jsonl": its licence, a contract or that it is your own work; --out FILE writes the allowed rows',
  );
  writeFileSync(join(cwd, "own.yaml"), "sources: [{ source: mixed.jsonl, own: true }]");
  expect(await hintOf({ rights: "own.yaml" })).toBe("tunewright data redact mixed.jsonl");
});

test.each([
  ["robots.txt", "<!DOCTYPE html>\n<html><head><title>404: Not Found</title></head></html>", "is an HTML page"],
  ["ai.txt", "\ufeff <html lang=en>", "is an HTML page"],
  ["robots.txt", "Access denied", "has no line of the expected kind"],
  ["http-headers", "HTTP/2 200", "has no line of the expected kind"],
])("a page instead of %s does not mean that a site reserves nothing: %j", async (kind, text, what) => {
  writeFileSync(join(cwd, "site.txt"), text);
  writeFileSync(
    join(cwd, "site.yaml"),
    `sources: [{ source: web.csv, licence: MIT, optOut: [{ kind: ${kind}, file: site.txt }] }]`,
  );
  const asked = runCommand(dataRights, { file: ["web.csv"], rights: "site.yaml" }, cwd);
  await expect(asked).rejects.toMatchObject({
    kind: "bad_input",
    message: `site.txt ${what}, but the rights file calls it ${kind}`,
  });
  writeFileSync(join(cwd, "site.txt"), "# nothing yet\n");
  const answer = await runCommand(dataRights, { file: ["web.csv"], rights: "site.yaml" }, cwd);
  expect(answer.failed).toBeUndefined();
});

describe("fields that are named", () => {
  test.each([
    [{ licenceField: "licens" }, "no row has a field licens", 'did you mean "license"?'],
    [{ urlField: "pag" }, "no row has a field pag", "the rows have text, license"],
    [{ generatedByField: "mdl" }, "no row has a field mdl", "the rows have text, license"],
  ])("and are in no row are refused before a file is written: %j", async (flags, message, hint) => {
    const asked = runCommand(
      dataRights,
      { file: ["mixed.jsonl"], rights: "rights.yaml", out: "none.jsonl", ...flags },
      cwd,
    );
    await expect(asked).rejects.toMatchObject({ kind: "bad_input", message, hint });
    expect(existsSync(join(cwd, "none.jsonl"))).toBe(false);
  });

  const noted = async (flags: Record<string, unknown>): Promise<string[]> => {
    const notes: string[] = [];
    await runCommand(dataRights, { file: ["mixed.jsonl"], ...flags }, { cwd, note: (line) => void notes.push(line) });
    return notes;
  };

  test("and that some rows lack are counted", async () => {
    expect(await noted({ rights: "rights.yaml", licenceField: "license" })).toContain(
      "warning: 1 row of 3 without the field license: their dataset's licence counts",
    );
  });

  test("by a rights file for withdrawn consents are missed where no row has them", async () => {
    writeFileSync(
      join(cwd, "marks.yaml"),
      "sources: [{ source: '*', own: true, personalData: { basis: contract, withdrawn: { field: gone, values: [true] } } }]",
    );
    expect(await noted({ rights: "marks.yaml" })).toContain(
      'warning: no row of "*" has the field gone that records withdrawn consent',
    );
  });
});
