import { join } from "node:path";

import { expect, test } from "vitest";

import { ROOT, runProcess } from "../../cli/run-cli.ts";

test("whatever is wrong with a file or a flag, it is no bug, and the message has a hint of its own", async () => {
  const words = [join(ROOT, "bench/fuzz/messages.mjs"), "--inputs", "600", "--seed", "4"];
  const { code, stdout, stderr } = await runProcess(process.execPath, words);
  expect(code, stderr).toBe(0);
  const counts = JSON.parse(stdout.trimEnd().split("\n").at(-1)!) as Record<string, number>;
  expect(counts["refused"]).toBeGreaterThan(200);
  expect(counts, stdout).toMatchObject({ bug: 0, "no hint": 0, "only --help": 0 });
  expect(counts["no file"]! / counts["refused"]!, stdout).toBeLessThan(0.02);
});
