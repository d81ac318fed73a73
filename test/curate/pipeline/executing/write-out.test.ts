import { readFileSync } from "node:fs";
import { join } from "node:path";

import fc from "fast-check";
import { expect, test } from "vitest";

import { readArtefact } from "../../../../src/curate/pipeline/executing/read-artefact.ts";
import { writeOut } from "../../../../src/curate/pipeline/executing/write-out.ts";
import { folderOf, jsonl } from "../rows.ts";
import { lawRuns } from "../../../law-runs.ts";

test("the file of rows that came through has the fields of each, whatever they and the source's name hold", async () => {
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 9 }),
    fc.constantFrom(',"fields":', '","fields":{}}', "\ud83d"),
  );
  const row = fc.dictionary(
    text,
    fc.oneof(text, fc.boolean(), fc.array(text, { maxLength: 2 }), fc.integer({ min: 0 })),
    { maxKeys: 3 },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 12 }), text, async (rows, name) => {
      const dir = await folderOf({ "data.jsonl": jsonl(rows) });
      const options = { store: join(dir, "store"), size: { rows: 5, characters: 1e6 }, onProgress: () => undefined };
      const read = await readArtefact([{ path: join(dir, "data.jsonl"), source: `,"fields":${name}` }], options);
      await writeOut(read, {
        files: [{ path: join(dir, "out.jsonl"), part: null }],
        split: undefined,
        onReady: () => Promise.resolve(),
      });
      expect(readFileSync(join(dir, "out.jsonl"), "utf8")).toBe(
        jsonl(rows.map((each) => JSON.parse(JSON.stringify(each)) as object)),
      );
    }),
    { numRuns: lawRuns(60) },
  );
});
