import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, describe, test } from "vitest";

import { COMMANDS, expectNothingHidden } from "../../base/cut-off-command.ts";

const parent = mkdtempSync(join(tmpdir(), "tunewright-cut-off-"));
afterAll(() => rmSync(parent, { recursive: true, force: true }));

describe.each(["SIGINT", "SIGTERM"] as const)("a command that gets %s while it writes", (signal) => {
  test.each(COMMANDS.map((words) => [words.join(" "), words] as const))("leaves no hidden file: %s", (_, words) =>
    expectNothingHidden(mkdtempSync(join(parent, "folder-")), words, signal),
  );
});
