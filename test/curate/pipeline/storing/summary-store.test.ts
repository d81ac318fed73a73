import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";

import { openArtefact } from "../../../../src/curate/pipeline/storing/artefact-store.ts";
import { folderOf } from "../rows.ts";

const parts = [Float64Array.of(1, 2, 3), Float64Array.of(4), new Float64Array(0)].map(
  (numbers) => new Uint8Array(numbers.buffer),
);

test("a summary in parts is read back part by part, each aligned for wide numbers", async () => {
  const artefact = openArtefact(join(await folderOf({}), "made"));
  expect(await artefact.isSummarised(7)).toBe(false);
  await artefact.writeSummary(7, parts);
  expect(await artefact.isSummarised(7)).toBe(true);
  for (const [part, bytes] of parts.entries()) {
    const read = (await artefact.summary(7, part))!;
    expect([...read]).toEqual([...bytes]);
    expect(read.byteOffset % 8).toBe(0);
  }
});

test("a summary counts as there only while every part of it is as it was written", async () => {
  const folder = join(await folderOf({}), "made");
  const artefact = openArtefact(folder);
  await artefact.writeSummary(0, parts);
  const names = (await readdir(folder)).toSorted();
  expect(names).toHaveLength(parts.length);
  for (const name of names) {
    const bytes = await readFile(join(folder, name));
    const flipped = Buffer.from(bytes);
    flipped[bytes.length - 1]! ^= 1;
    for (const torn of [flipped, bytes.subarray(0, -1)]) {
      await writeFile(join(folder, name), torn);
      expect(await artefact.isSummarised(0), name).toBe(false);
    }
    await rm(join(folder, name));
    expect(await artefact.isSummarised(0), name).toBe(false);
    await writeFile(join(folder, name), bytes);
  }
  expect(await artefact.isSummarised(0)).toBe(true);
});
