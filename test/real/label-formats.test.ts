import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { LabelFormat, TaskAnswers } from "../../src/domain/label-exchange.ts";
import { AnswerSchema, type LabelAnswer } from "../../src/domain/label-task.ts";
import { readAnswers, writeAnswers } from "../../src/label/formats/label-format.ts";
import { runProcess } from "../cli/run-cli.ts";

const PYTHON = process.env["TUNEWRIGHT_LABEL_PYTHON"] ?? "python3";
const HAS_SDKS = spawnSync(PYTHON, ["-c", "import argilla, label_studio_sdk"], { stdio: "ignore" }).status === 0;
const PROGRAM = fileURLToPath(new URL("label-formats.py", import.meta.url));

const CHOICES = ["calm", "upset", "angry"];
const choice = CHOICES.map((value) => `<Choice value="${value}"/>`).join("");

/** Each kind of answer, three answers of it, and the control of Label Studio that gives them. */
const KINDS: { schema: object; given: readonly LabelAnswer[]; control: string }[] = [
  {
    schema: { type: "class", labels: CHOICES },
    given: CHOICES,
    control: `<Choices name="label" toName="text">${choice}</Choices>`,
  },
  {
    schema: { type: "classes", labels: CHOICES },
    given: [["calm"], ["upset", "angry"], CHOICES],
    control: `<Choices name="label" toName="text" choice="multiple">${choice}</Choices>`,
  },
  {
    schema: { type: "rating", min: 1, max: 5 },
    given: [1, 3, 5],
    control: '<Rating name="label" toName="text" maxRating="5"/>',
  },
  {
    schema: { type: "pairwise", first: "text", second: "other" },
    given: ["first", "tie", "second"],
    control: `<Choices name="label" toName="text">${["first", "tie", "second"].map((value) => `<Choice value="${value}"/>`).join("")}</Choices>`,
  },
  {
    schema: { type: "text" },
    given: ["A short text.", 'Two\nlines, "quoted"', "שלום"],
    control: '<TextArea name="label" toName="text"/>',
  },
  {
    schema: { type: "correction", field: "text" },
    given: ["A better answer.", "It is 4.", "Ünïcode"],
    control: '<TextArea name="label" toName="text"/>',
  },
];

/** A task of a kind of answer: twenty rows, every second with two answers. */
function taskOf({ schema, given }: (typeof KINDS)[number]): TaskAnswers {
  return {
    task: "tone",
    answer: AnswerSchema.parse(schema),
    rows: Array.from({ length: 20 }, (_, index) => ({
      row: `${index}`.padStart(24, "0"),
      source: "rows.jsonl",
      line: index + 1,
      fields: { text: `Ticket ${index}: "late" שלום`, other: "another answer" },
      suggestion: index % 5 === 0 ? given[0]! : null,
      answers: ["Ada", "José"].slice(0, 1 + (index % 2)).map((rater) => ({
        rater,
        answer: given[index % 3]!,
        reason: null,
        version: null,
        activeMs: rater === "Ada" ? 1_500 : 2_000,
      })),
    })),
  };
}

const why = "install argilla==2.8.0 and label-studio-sdk==2.1.2 and name their Python in TUNEWRIGHT_LABEL_PYTHON";

describe.skipIf(!HAS_SDKS)(`answers through the SDKs of others (where this is skipped: ${why})`, () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "tunewright-formats-"));
  });
  afterAll(() => rm(dir, { recursive: true }));

  test("Argilla and Label Studio read each kind of answer, and what they write comes back with the same rows, people and answers", async () => {
    const jobs = KINDS.map((kind, index) => ({
      task: taskOf(kind),
      argilla: join(dir, `argilla-${index}.json`),
      studio: join(dir, `studio-${index}.json`),
      control: kind.control,
    }));
    for (const { task, argilla, studio } of jobs) {
      await writeFile(argilla, writeAnswers(task, "argilla"));
      await writeFile(studio, writeAnswers(task, "label-studio"));
    }
    const list = join(dir, "jobs.json");
    await writeFile(list, JSON.stringify(jobs.map(({ argilla, studio, control }) => ({ argilla, studio, control }))));
    const { code, stdout, stderr } = await runProcess(PYTHON, [PROGRAM, list]);
    expect(code, stderr).toBe(0);
    const { counts } = JSON.parse(stdout.trim().split("\n").at(-1)!) as { counts: unknown[] };
    expect(counts).toEqual(KINDS.map(() => ({ records: 20, tasks: 20 })));
    for (const { task, argilla, studio } of jobs) {
      const read = async (file: string, format: LabelFormat): Promise<unknown> =>
        readAnswers(await readFile(file, "utf8"), format, { schema: task.answer, name: file }).map(
          ({ row, answers }) => [row, answers.map(({ rater, answer }) => [rater, [answer].flat()])],
        );
      const sent = task.rows.map(({ row, answers }) => [
        row,
        answers.map(({ rater, answer }) => [rater, [answer].flat()]),
      ]);
      expect(await read(`${argilla}.out`, "argilla"), task.answer.type).toEqual(sent);
      expect(await read(`${studio}.out`, "label-studio"), task.answer.type).toEqual(sent);
      expect((await readFile(`${studio}.csv`, "utf8")).length).toBeGreaterThan(20 * 24);
    }
  });
});
