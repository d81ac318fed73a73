import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import dataDecontaminate from "../../../src/cli/commands/data-decontaminate.ts";
import dataDedup from "../../../src/cli/commands/data-dedup.ts";
import dataImport from "../../../src/cli/commands/data-import.ts";
import dataQuality from "../../../src/cli/commands/data-quality.ts";
import dataRedact from "../../../src/cli/commands/data-redact.ts";
import dataRights from "../../../src/cli/commands/data-rights.ts";
import dataSplit from "../../../src/cli/commands/data-split.ts";
import { runCommand } from "../run-command.ts";

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), "tunewright-dropped-"));
  const lines = Array.from({ length: 12 }, (_each, row) =>
    JSON.stringify({
      prompt: `What is the number ${row * 37} in words, and which one comes next?`,
      completion: `It is number ${row * 37}, then comes ${row * 37 + 1}.`,
    }),
  );
  writeFileSync(
    join(cwd, "rows.jsonl"),
    lines.toSpliced(4, 0, '{"prompt": "cut').toSpliced(9, 0, "no JSON").join("\n"),
  );
  writeFileSync(join(cwd, "items.jsonl"), '{"question":"How tall is the tallest tower of the city?","answer":"330"}\n');
  writeFileSync(join(cwd, "rights.yaml"), "sources:\n  - source: rows.jsonl\n    own: true\n");
});
afterAll(() => rmSync(cwd, { recursive: true }));

test.each([
  ["split", dataSplit, { file: ["rows.jsonl"], test: "2", outDir: "split" }],
  ["rights", dataRights, { file: ["rows.jsonl"], rights: "rights.yaml", out: "rights.jsonl" }],
  ["redact", dataRedact, { file: "rows.jsonl", out: "redacted.jsonl" }],
  ["dedup", dataDedup, { file: ["rows.jsonl"], out: "dedup.jsonl" }],
  ["decontaminate", dataDecontaminate, { file: ["rows.jsonl"], against: ["items.jsonl"], out: "clean.jsonl" }],
  ["quality", dataQuality, { file: ["rows.jsonl"], out: "good.jsonl" }],
  ["import", dataImport, { file: ["rows.jsonl"], out: "imported.jsonl" }],
] as const)(
  "data %s writes lines that cannot be read to --dropped, with their number and reason",
  async (name, command, request) => {
    const answer = await runCommand(command, { ...request, dropped: `${name}-dropped.jsonl` }, cwd);
    for await (const line of answer.lines?.() ?? []) expect(line).not.toBe("");
    const dropped = readFileSync(join(cwd, `${name}-dropped.jsonl`), "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(dropped.filter(({ reason }) => reason === "broken")).toEqual([
      expect.objectContaining({ source: "rows.jsonl", line: 5, detail: expect.stringContaining("ends too early") }),
      expect.objectContaining({ source: "rows.jsonl", line: 10, detail: expect.stringContaining("not valid JSON") }),
    ]);
  },
);
