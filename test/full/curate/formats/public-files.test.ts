import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { detectFormat } from "../../../../src/curate/formats/detect-format.ts";
import { readRows } from "../../../../src/curate/pipeline/reading/read-rows.ts";
import type { DatasetFormat } from "../../../../src/domain/canonical-row.ts";
import { roundTrip, thereAndBack } from "../../../curate/formats/round-trip.ts";

const FILES = "../shared/data/curation/formats";

/** Format of all rows, and how many there are (index.md next to the files). */
const PUBLIC: readonly [file: string, format: DatasetFormat, rows: number][] = [
  ["datajuicer_chatml_demo.jsonl", "messages", 4],
  ["datajuicer_human_preference_demo.jsonl", "candidates", 10],
  ["fastchat_dummy_conversation_sharegpt.json", "sharegpt", 500],
  ["llamafactory_dpo_en_demo_sharegpt.json.gz", "sharegpt", 300],
  ["llamafactory_glaive_toolcall_en_demo.json.gz", "sharegpt", 300],
  ["llamafactory_identity_alpaca.json", "alpaca", 91],
  ["llamafactory_kto_en_demo.json.gz", "kto", 300],
  ["llamafactory_v1_sft_demo.jsonl", "llama-factory-v1", 500],
];

test.skipIf(!existsSync(FILES))("every row of the public files, where ../shared is there", async () => {
  expect(PUBLIC.map(([file]) => file)).toEqual(readdirSync(FILES).toSorted());
  for (const [file, format, count] of PUBLIC) {
    let rows = 0;
    for await (const read of readRows(join(FILES, file), { source: file })) {
      expect(read.dropped).toEqual([]);
      for (const { fields } of read.rows) {
        const { best, rivals } = detectFormat(fields);
        expect({ file, best: best?.format, rivals }).toEqual({ file, best: format, rivals: [] });
        if (JSON.stringify(roundTrip(fields, format)) !== JSON.stringify(fields))
          expect.fail(`${file}: row ${rows + 1}`);
        rows += 1;
      }
    }
    expect({ file, rows }).toEqual({ file, rows: count });
  }
});

test.skipIf(!existsSync(FILES))("every row of the public files in each format, where ../shared is there", async () => {
  const whole: Record<string, DatasetFormat[]> = {};
  for (const file of readdirSync(FILES)) {
    for await (const { rows } of readRows(join(FILES, file), { source: file })) {
      for (const { fields } of rows) {
        const held = thereAndBack(fields, detectFormat(fields).best!.format);
        whole[file] = (whole[file] ?? held).filter((format) => held.includes(format));
      }
    }
  }
  // The formats that hold all that is in every row of a file.
  await expect(
    Object.entries(whole)
      .map(([file, formats]) => `${file}: ${formats.join(", ")}`)
      .join("\n"),
  ).toMatchFileSnapshot("../../../golden/formats-held.txt");
});
