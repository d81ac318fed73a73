import { describe, expect, test } from "vitest";

import { funnelText } from "../../../src/curate/pipeline/storing/funnel-text.ts";
import { dataRun } from "../../../src/programme/data-run/data-run.ts";
import { folderOf, jsonl } from "./rows.ts";
import { PROGRAMME } from "./tree.ts";

const run = (dir: string, stopAfter?: string) =>
  dataRun(dir, {
    executor: "inline",
    stopAfter,
    mayReplace: () => Promise.resolve(false),
    now: () => new Date(0),
    onEstimate: () => undefined,
    onProgress: () => undefined,
  });

const folderWith = (stages: string): Promise<string> =>
  folderOf({
    "programme.yaml": PROGRAMME.replace("    - stage: exact\n", stages),
    "data.jsonl": jsonl([{ prompt: "q", completion: "a" }]),
  });

describe("the words of a run", () => {
  test("name the stage whose file is missing, by its line, and say where it is looked for", async () => {
    const dir = await folderWith("    - stage: decontaminate\n      against: [none.jsonl]\n");
    await expect(run(dir)).rejects.toMatchObject({
      kind: "not_found",
      message: expect.stringMatching(
        /programme\.yaml, line \d+, data\.pipeline\.1: "?.*none\.jsonl"? does not exist/,
      ) as string,
      hint: expect.stringContaining("programme folder") as string,
    });
  });

  test("list the fields of a stage that has none of that name", async () => {
    const dir = await folderWith("    - stage: exact\n      nosuch: 1\n");
    await expect(run(dir)).rejects.toMatchObject({
      message: expect.stringContaining("nosuch") as string,
      hint: expect.stringMatching(/fields here: .*stage.*fields/) as string,
    });
  });

  test("never say 100 % where a row was dropped, nor 0 % where one was kept", () => {
    const stage = (rowsIn: number, rowsKept: number) => ({
      stage: "s",
      rowsIn,
      rowsKept,
      charactersIn: 0,
      charactersKept: 0,
      notes: 0,
      dropped: [],
    });
    expect(funnelText([stage(10_000, 9_998)])).toContain("> 99.9");
    expect(funnelText([stage(10_000, 2)])).toContain("< 0.1");
    expect(funnelText([stage(10_000, 10_000)])).toContain("100.0");
  });
});
