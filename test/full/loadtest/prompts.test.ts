import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, test } from "vitest";

import { LoadTestSpec } from "../../../src/domain/loadtest-spec.ts";
import { filePrompts } from "../../../src/loadtest/file-prompts.ts";

test("a hundred thousand rows are read as they are needed", async () => {
  const dir = await mkdtemp(join(tmpdir(), "tunewright-prompts-"));
  const row = JSON.stringify({ prompt: "word ".repeat(200) });
  await writeFile(join(dir, "many.jsonl"), `${row}\n`.repeat(100_000));
  const spec = LoadTestSpec.parse({ url: "http://localhost" });
  const source = await filePrompts({ path: join(dir, "many.jsonl"), shown: "many.jsonl", isTrace: false }, spec);
  try {
    expect(source.dataset.rows).toBe(100_000);
    const before = process.memoryUsage().heapUsed;
    for (let index = 0; index < 100_001; index++) await source.next();
    expect(source.repeats()).toBe(1);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(200 * 2 ** 20); // the file has 100 MB, as objects more
  } finally {
    await source.close();
    await rm(dir, { recursive: true });
  }
});
