import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { afterAll, describe, expect, test } from "vitest";

import type * as profile from "../../../src/curate/profile/profile.ts";
import { MAIN } from "../../cli/run-cli.ts";
import { longTest } from "../../long-suite.ts";

// Threads run files, which Node can do with TypeScript only from version 22: the built ones are tested.
const { profileDataset } = (await import(
  new URL("../curate/profile/profile.js", `file://${MAIN}`).href
)) as typeof profile;

const folder = mkdtempSync(join(tmpdir(), "tunewright-pool-"));
afterAll(() => rmSync(folder, { recursive: true }));

const ROWS = Array.from({ length: 400 }, (_, row) =>
  row % 50 === 7 ? "{" : JSON.stringify({ text: `row ${row % 90} ${"some words ".repeat(row % 40)}`, label: row % 3 }),
);
const limits = { chunkBytes: 2_000, lineBytes: 400 };

describe("threads that count the tokens of every row", () => {
  longTest("give the same profile as none, however many they are", async () => {
    const path = join(folder, "rows.jsonl");
    writeFileSync(path, ROWS.join("\n"));
    const scan = (workers: number) => profileDataset(path, { exact: true, workers, limits });
    const alone = await scan(0);
    expect(alone).toMatchObject({ rows: 400, tokens: { exact: true } });
    expect(alone.findings.map(({ kind }) => kind)).toEqual(["broken", "too-long", "duplicate"]);
    expect(await scan(1)).toEqual(alone);
    expect(await scan(3)).toEqual(alone);
  });

  test("end where reading fails, and its failure is what is said", async () => {
    const path = join(folder, "torn.jsonl.gz");
    writeFileSync(path, gzipSync(ROWS.join("\n")).subarray(0, 1_000));
    await expect(profileDataset(path, { exact: true, workers: 2, limits })).rejects.toThrow(
      "the gzip data is corrupt or truncated",
    );
  });
});
