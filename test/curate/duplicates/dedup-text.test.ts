import { gzipSync } from "node:zlib";
import { join } from "node:path";

import { expect, test } from "vitest";

import { findDuplicates } from "../../../src/curate/duplicates/dedup-files.ts";
import { dedupResult, duplicateClusters } from "../../../src/curate/duplicates/dedup-result.ts";
import { clusterText, dedupText } from "../../../src/curate/duplicates/dedup-text.ts";
import { sampleTexts } from "../../../src/curate/duplicates/findings/sample-texts.ts";
import { DedupOptions } from "../../../src/domain/dedup.ts";
import { folderOf, jsonl } from "../pipeline/rows.ts";

const LONG = Array.from({ length: 120 }, (_, index) => `word${index}`);

test("what was dropped is shown by file, with clusters and with what to look at", async () => {
  const copies = Array.from({ length: 30 }, (_, row) => ({ text: `Copy number one${row % 2 === 0 ? "!" : "."}` }));
  const folder = await folderOf({
    "faq.jsonl": `${jsonl([{ text: LONG.join(" ") }, { text: " " }])}{broken\n`,
    "crawl.jsonl": jsonl([...copies, { text: LONG.with(60, "other").join(" ") }]),
  });
  const files = ["faq.jsonl", "crawl.jsonl"].map((name) => ({ path: join(folder, name), name }));
  const options = DedupOptions.parse({ textField: "text" });
  const found = await findDuplicates(files, options);
  const text = [
    dedupText(dedupResult(found, options, { out: "kept.jsonl", ...(await sampleTexts(found, { textField: "text" })) })),
    ...duplicateClusters(found, options).map(clusterText),
  ];
  await expect(`${text.join("\n\n")}\n`).toMatchFileSnapshot("../../golden/dedup.txt");
});

test("bad rows are counted, and never end the search: other encodings, long rows, many fields, a key twice", async () => {
  const many = Object.fromEntries(Array.from({ length: 10_001 }, (_, index) => [`f${index}`, index]));
  const rows = [
    Buffer.from('{"text":"one two three"}\n'),
    Buffer.from('{"text":"caf\xe9"}\n', "latin1"),
    Buffer.from(`{"text":"${"long ".repeat(5000)}"}\n`),
    Buffer.from(`${JSON.stringify(many)}\n`),
    Buffer.from('{"text":"a","text":"b"}\n'),
    Buffer.from('{"text":"One, two, three"}\n'),
  ];
  const folder = await folderOf({ "bad.jsonl": Buffer.concat(rows) });
  const options = DedupOptions.parse({ textField: "text" });
  const file = { path: join(folder, "bad.jsonl"), name: "bad.jsonl" };
  const result = dedupResult(await findDuplicates([file], options, { limits: { lineBytes: 20_000 } }), options);
  expect(result.files).toMatchObject([{ rowsIn: 6, rowsKept: 1, exact: 1, unreadable: 4 }]);
});

test("a gzip file that is cut off is refused, with how to test it", async () => {
  const whole = gzipSync(jsonl(Array.from({ length: 5000 }, (_, row) => ({ text: `row ${row} of many` }))));
  const folder = await folderOf({ "torn.jsonl.gz": whole.subarray(0, whole.length / 2) });
  const file = { path: join(folder, "torn.jsonl.gz"), name: "torn" };
  await expect(findDuplicates([file], DedupOptions.parse({ textField: "text" }))).rejects.toThrow("truncated");
});
