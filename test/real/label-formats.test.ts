import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { LabelFormat, TaskAnswers } from "../../src/domain/label-exchange.ts";
import { AnswerSchema } from "../../src/domain/label-task.ts";
import { readAnswers, writeAnswers } from "../../src/label/formats/label-format.ts";
import { runProcess } from "../cli/run-cli.ts";

const PYTHON = process.env["TUNEWRIGHT_LABEL_PYTHON"] ?? "python3";
const HAS_SDKS = spawnSync(PYTHON, ["-c", "import argilla, label_studio_sdk"], { stdio: "ignore" }).status === 0;
const PROGRAM = fileURLToPath(new URL("label-formats.py", import.meta.url));

const schema = AnswerSchema.parse({ type: "class", labels: ["calm", "upset", "angry"] });

const TASK: TaskAnswers = {
  task: "tone",
  answer: schema,
  rows: Array.from({ length: 20 }, (_, index) => ({
    row: `${index}`.padStart(24, "0"),
    source: "rows.jsonl",
    line: index + 1,
    fields: { text: `Ticket ${index}: "late" שלום` },
    suggestion: index % 5 === 0 ? "calm" : null,
    answers: ["Ada", "José"].slice(0, 1 + (index % 2)).map((rater) => ({
      rater,
      answer: ["calm", "upset", "angry"][index % 3]!,
      reason: null,
      version: null,
      activeMs: rater === "Ada" ? 1_500 : 2_000,
    })),
  })),
};

const why = "install argilla==2.8.0 and label-studio-sdk==2.1.2 and name their Python in TUNEWRIGHT_LABEL_PYTHON";

describe.skipIf(!HAS_SDKS)(`answers through the SDKs of others (where this is skipped: ${why})`, () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "tunewright-formats-"));
  });
  afterAll(() => rm(dir, { recursive: true }));

  test("Argilla and Label Studio read them, and what they write comes back with the same rows, people and answers", async () => {
    const path = (name: string): string => join(dir, name);
    await writeFile(path("argilla.json"), writeAnswers(TASK, "argilla"));
    await writeFile(path("studio.json"), writeAnswers(TASK, "label-studio"));
    const words = ["argilla.json", "argilla-out.json", "studio.json", "studio-out.json"].map(path);
    const { code, stdout, stderr } = await runProcess(PYTHON, [PROGRAM, ...words]);
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout.trim().split("\n").at(-1)!)).toMatchObject({ records: 20, tasks: 20 });
    const read = async (name: string, format: LabelFormat): Promise<unknown> =>
      readAnswers(await readFile(path(name), "utf8"), format, { schema, name }).map(({ row, answers }) => [
        row,
        answers.map(({ rater, answer }) => [rater, [answer].flat()]),
      ]);
    const sent = TASK.rows.map(({ row, answers }) => [row, answers.map(({ rater, answer }) => [rater, [answer]])]);
    expect(await read("argilla-out.json", "argilla")).toEqual(sent);
    expect(await read("studio-out.json", "label-studio")).toEqual(sent);
    const csv = await readFile(path("studio-out.json.csv"), "utf8");
    expect(csv.match(/calm|upset|angry/g)!.length).toBeGreaterThanOrEqual(30);
  });
});
