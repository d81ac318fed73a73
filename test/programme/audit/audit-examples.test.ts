import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { RULES } from "../../../src/audit/audit-rules.ts";
import { Audit } from "../../../src/domain/audit.ts";
import { readTsv } from "../../catalog/read-tsv.ts";
import { ROOT } from "../../cli/run-cli.ts";
import { runHere } from "../../cli/run-here.ts";
import { longCases } from "../../long-suite.ts";

const EXPECTED = readTsv("audit.tsv");
let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tunewright-audit-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function audit(
  example: string,
  ...words: string[]
): Promise<{ code: number | null; audit: Audit; page: string }> {
  const ran = await runHere(["audit", example, "--on", "2026-11-28", "--quiet", "--json", ...words], { cwd: folder });
  const page = readFileSync(join(folder, example, "report", "audit.html"), "utf8");
  return { code: ran.code, audit: Audit.parse(JSON.parse(ran.stdout)), page };
}

describe.each(longCases(1, ["contracts", "support", "clinical"]))("audit of %s", (example) => {
  test("every rule answers as its source says, with evidence", async () => {
    cpSync(join(ROOT, "examples", example), join(folder, example), { recursive: true });
    const { audit: found, page } = await audit(example);
    const expected = EXPECTED.filter((row) => row["example"] === example);
    expect(new Set(expected.map(({ rule }) => rule))).toEqual(new Set(RULES.map(({ id }) => id)));
    const states = Object.fromEntries(found.answers.map(({ rule, state }) => [rule, state]));
    expect(states).toEqual(Object.fromEntries(expected.map(({ rule, state }) => [rule, state])));
    for (const { state, evidence, price, severity, text } of found.answers) {
      if (state === "not-checkable") expect(text).toMatch(/^Not checkable, because /);
      else expect(evidence).not.toEqual([]);
      expect(price !== null).toBe(state === "finding");
      expect(severity !== null).toBe(state === "finding");
      expect(page).toContain(text.slice(0, 20));
    }
  });
});

test("a key in a configuration file is a high finding that never shows the key, and fails the command", async () => {
  cpSync(join(ROOT, "examples", "contracts"), join(folder, "keyed"), { recursive: true });
  const key = `ghp_${"a1B2".repeat(9)}`;
  writeFileSync(join(folder, "keyed", "trainer.toml"), `[hub]\ntoken = "${key}"\n`);
  const { code, audit: found, page } = await audit("keyed", "--fail-on", "high");
  const answer = found.answers.find(({ rule }) => rule === "secrets-in-files");
  expect(answer).toMatchObject({ state: "finding", severity: "high" });
  expect(answer?.evidence[0]?.place).toBe("trainer.toml, line 2");
  expect(JSON.stringify(found) + page).not.toContain(key);
  expect(code).toBe(5);
});
