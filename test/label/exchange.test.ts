import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { type AnsweredRow, LabelFormat, type TaskAnswers } from "../../src/domain/label-exchange.ts";
import { AnswerSchema } from "../../src/domain/label-task.ts";
import { readAnswers, writeAnswers } from "../../src/label/formats/label-format.ts";
import { runHere } from "../cli/run-here.ts";
import { labelProgramme } from "./label-programme.ts";

const LABELS = ["calm", "=SUM(1)", 'וכועס, "so"'];
const RATERS = ["Ada", "Ben B.", "José"];

const SCHEMAS = [
  AnswerSchema.parse({ type: "class", labels: LABELS }),
  AnswerSchema.parse({ type: "classes", labels: LABELS, min: 1 }),
  AnswerSchema.parse({ type: "rating" }),
  AnswerSchema.parse({ type: "text" }),
];

const answerOf = (schema: AnswerSchema): fc.Arbitrary<AnsweredRow["answers"][number]["answer"]> => {
  if (schema.type === "class") return fc.constantFrom(...LABELS);
  if (schema.type === "classes") return fc.subarray(LABELS, { minLength: 1 });
  if (schema.type === "rating") return fc.integer({ min: 1, max: 5 });
  return fc.string({ minLength: 1, maxLength: 20 }).map((text) => `x${text.replaceAll(/[\r\n]/g, " ")}x`);
};

const rowsOf = (schema: AnswerSchema): fc.Arbitrary<AnsweredRow[]> =>
  fc
    .array(fc.uniqueArray(fc.tuple(fc.constantFrom(...RATERS), answerOf(schema)), { selector: ([rater]) => rater }), {
      maxLength: 6,
    })
    .map((rows) =>
      rows.map((given, index) => ({
        row: `${index}`.padStart(24, "0"),
        source: "rows.jsonl",
        line: index + 1,
        fields: { text: `row ${index}, "quoted"` },
        suggestion: null,
        answers: given.map(([rater, answer]) => ({ rater, answer, reason: null, version: 1, activeMs: 1_000 })),
      })),
    );

describe.each(LabelFormat.options)("%s", (format) => {
  test.each(SCHEMAS)("comes back as it went out: $type", (schema) => {
    fc.assert(
      fc.property(rowsOf(schema), (rows) => {
        const task: TaskAnswers = { task: "tone", answer: schema, rows };
        const read = readAnswers(writeAnswers(task, format), format, { schema, name: "file" });
        const plain = (all: readonly Pick<AnsweredRow, "row" | "answers">[]): unknown =>
          all
            .filter(({ answers }) => answers.length > 0)
            .map(({ row, answers }) => [
              row,
              // Label Studio has a list of choices where one is asked for: the import takes the one that is in it.
              answers.map(({ rater, answer }) => [rater, schema.type === "class" ? [answer].flat() : answer]),
            ]);
        expect(plain(read)).toEqual(plain(rows));
      }),
      { numRuns: 10 },
    );
  });

  test.each(["", "{", "[1]", '{"a":1}'])("a file that is none of it is refused, or has no answers: %j", (text) => {
    try {
      expect(readAnswers(text, format, { schema: SCHEMAS[0]!, name: "odd" })).toEqual([]);
    } catch (error) {
      expect(String(error)).toContain("odd");
    }
  });
});

describe("answers from elsewhere", () => {
  let dir: string;
  beforeAll(async () => {
    dir = await labelProgramme({ rows: 4, task: "doubleShare: 1\n" });
    await runHere(["-C", dir, "data", "label", "create", "tone.yaml"]);
  });
  afterAll(() => rm(dir, { recursive: true }));

  const label = async (...words: string[]): Promise<unknown> => {
    const { stdout } = await runHere(["-C", dir, "data", "label", ...words, "--json"]);
    return JSON.parse(stdout);
  };

  test("are taken in once; unknown rows and labels are counted; they cost nothing", async () => {
    await label("export", "tone", "--format", "argilla", "--file", "out.json");
    const records = JSON.parse(await readFile(join(dir, "out.json"), "utf8")) as { id: string }[];
    const lines = ["item,rater,label"];
    for (const { id } of records) lines.push(`${id},Ada,calm`, `${id},Ben,${id === records[0]!.id ? "upset" : "calm"}`);
    lines.push("nobody,Ada,calm", `${records[1]!.id},Cem,happy`);
    await writeFile(join(dir, "in.csv"), `${lines.join("\n")}\n`);
    const read = await label("import", "tone", "--file", "in.csv");
    expect(read).toEqual({
      added: 8,
      repeated: 0,
      refused: [
        { reason: "unknown-label", rows: 1, example: records[1]!.id },
        { reason: "unknown-row", rows: 1, example: "nobody" },
      ],
    });
    expect(await label("import", "tone", "--file", "in.csv")).toMatchObject({ added: 0, repeated: 8 });
    expect(await label("show", "tone")).toMatchObject({
      counts: { agreed: 3, disputed: 1, open: 0 },
      cost: { totalUsd: "0.00" },
    });
    await label("export", "tone", "--file", "out.csv");
    const agreed = await runHere(["-C", dir, "data", "agree", "out.csv", "--json"]);
    expect(JSON.parse(agreed.stdout)).toMatchObject({
      items: 4,
      raters: 2,
      metrics: [{ value: 0.75 }, {}, {}, {}, {}, {}, {}, {}],
    });
  });
});
