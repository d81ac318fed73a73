import { cpSync, mkdtempSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { COMMANDS } from "../../src/cli/registry.ts";
import { MAIN, ROOT, runProcess } from "../cli/run-cli.ts";

const EXAMPLES = (
  await Promise.all(COMMANDS.map(async ({ load }) => (await load()).default.examples.map((line) => ({ line }))))
).flat();

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "tunewright-reference-"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

test.each(EXAMPLES)("the example `tunewright $line` of the help works", async ({ line }) => {
  const cwd = workspace(line);
  const script = `tunewright() { "${process.execPath}" "${MAIN}" "$@"; }; set -o pipefail; tunewright ${line}`;
  const { code, stderr } = await runProcess("bash", ["-c", script], { cwd });
  expect(code, stderr).toBe(0);
});

/**
 * A folder as the reader of the help has it: the examples, files of the names that the help uses, and a programme,
 * unless the line begins one; a line that speaks of the folder it is in (`.`) starts inside the programme.
 */
function workspace(line: string): string {
  const cwd = mkdtempSync(join(dir, "case-"));
  cpSync(join(ROOT, "examples"), join(cwd, "examples"), { recursive: true });
  cpSync(join(ROOT, "test/fixtures/workspace"), cwd, { recursive: true });
  const programme = join(cwd, "my-programme");
  if (!line.startsWith("init ")) cpSync(join(ROOT, "examples/contracts"), programme, { recursive: true });
  return line.split(" ").includes(".") ? programme : cwd;
}
