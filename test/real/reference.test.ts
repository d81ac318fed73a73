import { cpSync } from "node:fs";
import { mkdtemp, rm, symlink } from "node:fs/promises";
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
  cpSync(join(ROOT, "examples"), join(dir, "examples"), { recursive: true });
  cpSync(join(ROOT, "examples/contracts"), join(dir, "my-programme"), { recursive: true });
  await symlink(join(ROOT, "docs"), join(dir, "docs"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

test.each(EXAMPLES)("the example `tunewright $line` of the help works", async ({ line }) => {
  const script = `tunewright() { "${process.execPath}" "${MAIN}" "$@"; }; set -o pipefail; tunewright ${line}`;
  const { code, stderr } = await runProcess("bash", ["-c", script], { cwd: dir });
  expect(code, stderr).toBe(0);
});
