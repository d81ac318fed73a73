import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import { expect, test } from "vitest";

import { LoadTestSpec } from "../../../src/domain/loadtest-spec.ts";
import { filePrompts } from "../../../src/loadtest/file-prompts.ts";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** Bytes that this process holds, without what it has let go. */
function heldBytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

test("a hundred thousand rows are read as they are needed", async () => {
  const dir = await mkdtemp(join(tmpdir(), "tunewright-prompts-"));
  const row = JSON.stringify({ prompt: "word ".repeat(200) });
  await writeFile(join(dir, "many.jsonl"), `${row}\n`.repeat(100_000));
  const spec = LoadTestSpec.parse({ url: "http://localhost" });
  const before = heldBytes();
  const source = await filePrompts({ path: join(dir, "many.jsonl"), shown: "many.jsonl", isTrace: false }, spec);
  try {
    expect(source.dataset.rows).toBe(100_000);
    for (let index = 0; index < 99_000; index++) await source.next();
    expect(heldBytes() - before).toBeLessThan(50 * 2 ** 20); // the file has 100 MB, as objects more
    for (let index = 99_000; index < 100_001; index++) await source.next();
    expect(source.repeats()).toBe(1);
  } finally {
    await source.close();
    await rm(dir, { recursive: true });
  }
});
