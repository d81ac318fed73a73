import { join } from "node:path";

import { expect, test } from "vitest";

import { importFiles } from "../../../../src/curate/formats/import-files.ts";
import { ImportOptions } from "../../../../src/domain/data-import.ts";
import { openRows } from "../../../../src/tables/read-rows.ts";
import { folderOf } from "../../../curate/pipeline/rows.ts";

const ROWS =
  '{"prompt":"a b","completion":"c d","id":9007199254740993,"wide":1,"score":10.0,"big":1e400,"x":[1.50,12345678901234567890,-0.0],"n":3}\n' +
  '{"prompt":"e f","completion":"g h","id":7,"wide":12345678901234567890,"score":9,"big":1,"x":[2],"n":9007199254740993}\n' +
  '{"prompt":"i j","completion":"k l","id":7,"n":0.5}\n';

test("numbers keep their values in Parquet: 64-bit integers, doubles, and JSON for what neither holds", async () => {
  const dir = await folderOf({ "a.jsonl": ROWS });
  const out = join(dir, "rows.parquet");
  await importFiles([join(dir, "a.jsonl")], { ...ImportOptions.parse({}), out });
  const texts: string[] = [];
  for await (const item of (await openRows(out)).items) {
    if (item.kind === "rows") texts.push(...Buffer.from(item.bytes).toString().split("\n"));
  }
  const numbers = texts.map((text) => /"id":\d.*?"n":[^,}]+/.exec(text)?.[0]);
  expect(numbers.slice(0, 3)).toEqual([
    '"id":9007199254740993,"wide":1,"score":10.0,"big":1e400,"x":[1.5,12345678901234567890,-0.0],"n":3',
    '"id":7,"wide":12345678901234567890,"score":9.0,"big":1,"x":[2],"n":9007199254740993',
    '"id":7,"n":0.5',
  ]);
});
