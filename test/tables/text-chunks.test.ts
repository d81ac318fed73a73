import { describe, expect, test } from "vitest";

import { textChunks } from "../../src/tables/text-chunks.ts";
import { folderOf, jsonl, readAll } from "../curate/pipeline/rows.ts";

const ROWS = Array.from({ length: 50 }, (_each, row) => ({ prompt: `Where is ${row}?`, completion: "Here." }));

async function failureOf(content: Buffer): Promise<string> {
  const chunks = (async function* () {
    yield content;
  })();
  try {
    const reading = textChunks(chunks, "a.jsonl")[Symbol.asyncIterator]();
    for (let next = await reading.next(); next.done !== true; next = await reading.next());
  } catch (error) {
    const { message, hint } = error as { message: string; hint: string };
    return `${message} | ${hint}`;
  }
  return "read";
}

const utf16be = (text: string): Buffer => Buffer.from(text, "utf16le").swap16();

describe("zero bytes in a file of rows", () => {
  test.each([1, 25, 50])("cost the row that they stand in, line %d, and no other", async (line) => {
    const lines = jsonl(ROWS).trimEnd().split("\n");
    lines[line - 1] = lines[line - 1]!.replace("Where", "Wh\0\0\0re");
    const dir = await folderOf({ "a.jsonl": `${lines.join("\n")}\n` });
    const { rows, dropped } = await readAll(`${dir}/a.jsonl`, { source: "a.jsonl" });
    expect(rows).toHaveLength(49);
    expect(dropped.map(({ row, reason }) => [row.line, reason])).toEqual([[line, "broken"]]);
  });

  test("refuse a file that is more than a tenth of them, which is not text", async () => {
    expect(await failureOf(Buffer.alloc(1000))).toMatch(
      /^a\.jsonl is not UTF-8 text: byte 0 is zero \| expected JSONL/,
    );
  });

  test("are told as UTF-16 with the right order of bytes, and how to convert it", async () => {
    const text = jsonl(ROWS);
    expect(await failureOf(utf16be(text))).toMatch(/byte 0 is zero .*iconv -f UTF-16BE -t UTF-8 a\.jsonl/);
    expect(await failureOf(Buffer.from(text, "utf16le"))).toMatch(
      /byte 1 is zero .*iconv -f UTF-16LE -t UTF-8 a\.jsonl/,
    );
    expect(await failureOf(utf16be(jsonl([{ text: "空は青い。海も青い。" }])))).toMatch(/iconv -f UTF-16BE/);
  });
});
