import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

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
  expect(answer.failed).toBe("4 rows may not be trained on as they are");
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
