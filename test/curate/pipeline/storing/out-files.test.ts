import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { croissant } from "../../../../src/curate/pipeline/lineage/croissant.ts";
import { openLineage } from "../../../../src/curate/pipeline/lineage/open-lineage.ts";
import { pipelineText } from "../../../../src/curate/pipeline/pipeline-text.ts";
import { DataLineage } from "../../../../src/domain/data-lineage.ts";
import { dataLineage } from "../../../../src/programme/data-run/data-lineage.ts";
import { dataRun } from "../../../../src/programme/data-run/data-run.ts";
import { gc } from "../../../../src/programme/data-run/gc.ts";
import { runHere } from "../../../cli/run-here.ts";
import { folderOf, jsonl } from "../rows.ts";
import { PROGRAMME } from "../tree.ts";
import { longTest } from "../../../long-suite.ts";

const WORDS = [
  "river",
  "invoice",
  "gearbox",
  "violin",
  "harbour",
  "passport",
  "glacier",
  "lantern",
  "orchard",
  "tariff",
];

/** A row that is like no other. */
const row = (n: number): object => ({
  prompt: `${WORDS[n % 10]} ${n * 7919} ${WORDS[(n * 3 + 1) % 10]} number ${n}?`,
  completion: `${n * n} ${WORDS[(n * 7) % 10]}`,
});

const programmeWith = (stages: string): string =>
  PROGRAMME.replace(/ {4}- stage: trainable\n {4}- stage: exact\n/, stages);

const SPLIT = "    - stage: trainable\n    - stage: split\n      test: 12\n";

const folderWith = (stages: string, rows = 60): Promise<string> =>
  folderOf({
    "programme.yaml": programmeWith(stages),
    "data.jsonl": jsonl(Array.from({ length: rows }, (_, n) => row(n))),
  });

const run = (dir: string, options: Partial<Parameters<typeof dataRun>[1]> = {}) =>
  dataRun(dir, {
    executor: "inline",
    shardSize: { rows: 7, characters: 1e6 },
    mayReplace: () => Promise.resolve(false),
    now: () => new Date(0),
    onEstimate: () => undefined,
    onProgress: () => undefined,
    ...options,
  });

const linesOf = (path: string): string[] => readFileSync(path, "utf8").trim().split("\n");

describe("the files of a pipeline with a split", () => {
  test("are one a part, so that no file to train on holds a row to test with", async () => {
    const dir = await folderWith(SPLIT);
    const made = await run(dir);
    const [train, tested] = ["curated.train.jsonl", "curated.test.jsonl"].map((name) => join(dir, name));
    expect(made).toMatchObject({
      out: train,
      parts: [
        { part: "train", path: train, rows: 48 },
        { part: "test", path: tested, rows: 12 },
      ],
    });
    expect(existsSync(join(dir, "curated.jsonl"))).toBe(false);
    expect(existsSync(join(dir, "curated.validation.jsonl"))).toBe(false); // none was asked for
    const all = [...linesOf(train!), ...linesOf(tested!)];
    expect(all.toSorted()).toEqual(linesOf(join(dir, "data.jsonl")).toSorted());
    expect(linesOf(tested!)).toHaveLength(12);
    expect(pipelineText(made)).toContain(`test rows, never for training: ${tested}, 12 rows`);
  });

  longTest("hold the same rows where a stage after the split drops some", async () => {
    const [plain, longer] = [await folderWith(SPLIT), await folderWith(`${SPLIT}    - stage: exact\n`)];
    for (const dir of [plain, longer]) await run(dir);
    const read = (dir: string): string => readFileSync(join(dir, "curated.test.jsonl"), "utf8");
    expect(read(longer)).toBe(read(plain));
  });

  longTest("are written anew where the split changes and the rows do not", async () => {
    const dir = await folderWith(SPLIT);
    await run(dir);
    writeFileSync(join(dir, "programme.yaml"), programmeWith(SPLIT.replace("12", "20")));
    await run(dir);
    expect(linesOf(join(dir, "curated.test.jsonl"))).toHaveLength(20);
    expect(linesOf(join(dir, "curated.train.jsonl"))).toHaveLength(40);
  });

  longTest("are none of these where the split lets one part through", async () => {
    const dir = await folderWith(`${SPLIT}      part: train\n`);
    const made = await run(dir);
    expect(made).toMatchObject({ out: join(dir, "curated.jsonl"), parts: [] });
    expect(linesOf(join(dir, "curated.jsonl"))).toHaveLength(48);
  });

  test("are named by the lineage with their parts, and by its exports", async () => {
    const dir = await folderWith(SPLIT);
    await run(dir);
    const { lineage } = await dataLineage(dir);
    expect(DataLineage.parse(lineage)).toEqual(lineage);
    expect(lineage.out).toMatchObject({ path: "curated.train.jsonl", part: "train", rows: 48 });
    expect(lineage.parts).toMatchObject([{ path: "curated.test.jsonl", part: "test", rows: 12 }]);
    expect(croissant(lineage, {})).toMatchObject({
      distribution: [
        { "@id": "rows-train", contentUrl: "curated.train.jsonl" },
        { "@id": "rows-test", contentUrl: "curated.test.jsonl" },
      ],
      recordSet: [{ "@id": "row-train" }, { "@id": "row-test" }],
    });
    expect(JSON.stringify(openLineage(lineage).at(-1))).toContain("curated.test.jsonl");
  });

  test("must all be there before gc removes rows before redaction", async () => {
    const dir = await folderWith(SPLIT);
    await run(dir);
    writeFileSync(join(dir, "curated.test.jsonl"), "");
    const removed = gc(dir, {
      unredacted: true,
      mayRemove: () => Promise.resolve(true),
      onProgress: () => undefined,
      now: () => new Date(),
    });
    await expect(removed).rejects.toThrow("the rows that passed are not in a file yet");
  });

  test("warn where the split could not do as it was told, and the command fails where nothing is left to train on", async () => {
    const dir = await folderWith(SPLIT.replace("12", "500"), 50);
    const made = await run(dir);
    expect(made.stages.at(-1)!.findings).toMatchObject([{ finding: "size-missed", rows: 450 }]);
    const { code, stdout, stderr } = await runHere(["data", "run", dir, "--executor", "inline"]);
    expect(code).toBe(5);
    expect(stdout).toContain("warning: split: test has 50 rows instead of 500");
    expect(stderr).toContain("the split left no training rows");
  });
});
