import { resolve } from "node:path";

import * as z from "zod";

import { commandLine } from "../../base/command-line.ts";
import { EvaluationInit } from "../../domain/evaluation-init.ts";
import { SetRole } from "../../domain/testset-lock.ts";
import { defineCommand } from "../command.ts";

const Name = z.string().regex(/^[\w.-]{1,60}$/, "expected letters, digits, dots, underscores and dashes");

const Options = z.strictObject({
  name: Name.describe("Name of the evaluation: eval/NAME.yaml"),
  set: z.string().min(1).describe("Folder of the frozen set, as created by `data freeze`, inside the programme folder"),
  setName: Name.optional().describe("Name of the set in testset.lock; default: NAME"),
  role: SetRole.default("test").describe(
    "test: never used for training or tuning; dev: used while tuning; replay: traffic",
  ),
  id: z.string().min(1).default("id").describe("Field that identifies an item"),
  licence: z.string().min(1).optional().describe("Licence of the set"),
  slice: z.array(z.string().min(1)).default([]).describe("Field whose values are scored separately; may be repeated"),
  question: z
    .string()
    .min(1)
    .optional()
    .describe(
      "Field with the question; default: found by its usual names, or the only text besides id, answer and slices",
    ),
  reference: z
    .string()
    .min(1)
    .optional()
    .describe("Field with the reference answer; default: found by its usual names"),
  ci: z
    .boolean()
    .default(false)
    .describe("Also write a GitHub Actions workflow and a pre-commit hook that run `eval verify`"),
});

/** `tunewright eval init`: locks a frozen set and writes an evaluation to start from. */
export default defineCommand({
  description:
    "Lock a frozen set in testset.lock and write a commented eval/NAME.yaml on it. Existing files are kept; a set that is already locked to another version is rejected.",
  args: ["name"],
  options: Options,
  output: EvaluationInit.describe("what was written"),
  examples: [
    'data freeze test.jsonl --out frozen/v1 --by QA --reason "acceptance test" --quiet && tunewright eval init acceptance --set frozen/v1 --question body',
  ],
  run: async (io, { set, setName, slice, ...flags }) => {
    const { initEvaluation } = await import("../../programme/evaluate/init-evaluation.ts");
    const made = await initEvaluation({
      ...flags,
      dir: io.cwd,
      folder: resolve(io.cwd, set),
      set: setName,
      slices: slice,
      licence: flags.licence,
      question: flags.question,
      reference: flags.reference,
    });
    return {
      json: made,
      text: () =>
        [
          `locked ${made.set}: ${made.items} items, digest ${made.digest}`,
          `question: ${made.question}; reference answer: ${made.reference ?? "none"}`,
          ...made.written.map((path) => `wrote ${path}`),
          ...made.kept.map((path) => `kept ${path}: it already exists`),
          ...(flags.ci ? ["enable the hook: git config core.hooksPath .githooks"] : []),
        ].join("\n"),
      next: commandLine(["eval", "run", made.evaluation, "--dry-run"]),
    };
  },
});
