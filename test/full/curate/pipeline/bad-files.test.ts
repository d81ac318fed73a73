import { gzipSync } from "node:zlib";

import { expect, test } from "vitest";

import type { PipelineRun } from "../../../../src/domain/data-pipeline.ts";
import { dataRun } from "../../../../src/programme/data-run/data-run.ts";
import { folderOf, jsonl } from "../../../curate/pipeline/rows.ts";
import { PROGRAMME } from "../../../curate/pipeline/tree.ts";

const run = (dir: string): Promise<PipelineRun> =>
  dataRun(dir, {
    executor: "inline",
    mayReplace: () => Promise.resolve(false),
    now: () => new Date(0),
    onEstimate: () => undefined,
    onProgress: () => undefined,
  });
const ROW = { prompt: "a question", completion: "an answer" };
const folderWith = (name: string, content: string | Uint8Array): Promise<string> =>
  folderOf({ "programme.yaml": PROGRAMME.replace("data.jsonl", name), [name]: content });
const readOf = async (name: string, content: string | Uint8Array) =>
  (await run(await folderWith(name, content))).stages[0]!;
const reasons = ({ dropped }: PipelineRun["stages"][number]): Record<string, number> =>
  Object.fromEntries(dropped.map(({ reason, rows }) => [reason, rows]));
const many = jsonl(Array.from({ length: 3000 }, (_, n) => ({ prompt: `${n}`, completion: `${n * n}` })));

test("a row of 50 MB is dropped for its length, compressed too, and the rows about it go on", async () => {
  const content = `${JSON.stringify(ROW)}\n${JSON.stringify({ ...ROW, prompt: "x".repeat(50e6) })}\n${many}`;
  const plain = await readOf("data.jsonl", content);
  expect([plain.rowsKept, reasons(plain)]).toEqual([3001, { "too-long": 1 }]);
  const zipped = await readOf("data.jsonl.gz", gzipSync(content, { level: 1 }));
  expect([zipped.rowsKept, reasons(zipped)]).toEqual([3001, { "too-long": 1 }]);
});
