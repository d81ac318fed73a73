import * as z from "zod";

import { EmbeddingSource } from "./embedding-source.ts";
import { JudgeLabels } from "./evaluation-judge.ts";
import { JudgeThresholds } from "./judge-thresholds.ts";

const name = z
  .string()
  .regex(/^[\w.-]{1,60}$/, "expected letters, digits, dots, underscores and dashes")
  .optional()
  .describe("Name of the score; default: its kind");

const reference = z
  .string()
  .min(1)
  .optional()
  .describe("Field with the reference answer; default: that of the evaluation");

const pattern = z.string().min(1).max(1000);

/** Extraction of the result: the first group of the last match, or the complete match. */
const extract = pattern.optional().describe("Regular expression; its last match is taken as the answer");

/** Rule by which an answer is scored. */
export const EvaluationScorer = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("exact"), name, reference, extract }),
  z.strictObject({ kind: z.literal("normalised"), name, reference, extract }),
  z.strictObject({ kind: z.literal("contains"), name, reference }),
  z.strictObject({
    kind: z.literal("numeric"),
    name,
    reference,
    extract,
    tolerance: z.number().min(0).default(0).describe("Largest difference that counts as equal"),
    relative: z.boolean().default(false).describe("The tolerance is a share of the reference number"),
  }),
  z.strictObject({
    kind: z.literal("regex"),
    name,
    pattern,
    ignoreCase: z.boolean().default(false),
    negate: z.boolean().default(false).describe("Correct if the pattern does not match"),
  }),
  z.strictObject({
    kind: z.literal("choice"),
    name,
    reference,
    choices: z
      .union([z.int().min(2).max(26), z.string().min(1)])
      .default(4)
      .describe("Number of choices, lettered from A; or the field with their list"),
  }),
  z.strictObject({
    kind: z.literal("json"),
    name,
    reference,
    schema: z.record(z.string(), z.unknown()).optional().describe("JSON Schema that an answer must satisfy"),
    fields: z.array(z.string().min(1)).optional().describe("Fields to compare; default: those of the reference"),
  }),
  z.strictObject({
    kind: z.literal("tool-calls"),
    name,
    reference,
    arguments: z.boolean().default(true).describe("Compare the arguments too; false: only the names of the tools"),
    inOrder: z.boolean().default(false).describe("The calls must come in the order of the reference"),
  }),
  z.strictObject({ kind: z.literal("f1"), name, reference }),
  z.strictObject({
    kind: z.literal("rouge"),
    name,
    reference,
    type: z.enum(["rouge1", "rouge2", "rougeL", "rougeLsum"]).default("rougeL"),
  }),
  z.strictObject({
    kind: z.literal("bleu"),
    name,
    reference,
    tokeniser: z
      .enum(["13a", "intl", "zh", "char"])
      .default("13a")
      .describe("Tokenisation of the texts; zh for Chinese, char for languages without spaces"),
  }),
  z.strictObject({
    kind: z.literal("chrf"),
    name,
    reference,
    words: z
      .union([z.literal(0), z.literal(2)])
      .default(0)
      .describe("Longest word n-gram that also counts; 2 gives chrF++"),
  }),
  z.strictObject({
    kind: z.literal("code"),
    name,
    tests: z.string().min(1).default("test").describe("Field with the Python code that tests the answer"),
    entryPoint: z
      .string()
      .min(1)
      .optional()
      .describe("Field with the name of the function that is passed to check() of the tests, as in HumanEval"),
    before: z
      .string()
      .min(1)
      .optional()
      .describe("Field with code to put before the answer, for a base model that only continues it"),
    python: z.string().min(1).default("python3").describe("Interpreter: a path, or a name on the PATH of the system"),
    seconds: z.number().min(0.1).max(600).default(10).describe("Time for the answer and its tests"),
    memoryMib: z.int().min(64).max(65_536).default(1024).describe("Memory in MiB"),
  }),
  z.strictObject({
    kind: z.literal("ifeval"),
    name,
    instructions: z
      .string()
      .min(1)
      .default("instruction_id_list")
      .describe("Field with the names of the instructions, as IFEval calls them"),
    settings: z
      .string()
      .min(1)
      .default("kwargs")
      .describe("Field with the settings of each instruction, in the same order"),
    level: z
      .enum(["prompt", "instruction"])
      .default("prompt")
      .describe(
        "prompt: right if all instructions are followed; instruction: share of the instructions that are followed",
      ),
    loose: z
      .boolean()
      .default(false)
      .describe(
        "An instruction also counts as followed if the answer without asterisks, or without its first or last line, follows it",
      ),
  }),
  z.strictObject({
    kind: z.literal("pass-at-k"),
    name,
    of: z.string().min(1).describe("Name of another scorer of right and wrong, such as code"),
    k: z
      .int()
      .min(1)
      .max(100)
      .describe("Number k of pass@k: at least one of k answers is right; at most sampling.samples"),
  }),
  z.strictObject({
    kind: z.literal("similarity"),
    name,
    reference,
    embedding: EmbeddingSource.prefault({}).describe(
      "Source of the vectors; default: hashed n-grams, which compare spelling, not meaning",
    ),
    min: z.number().min(-1).max(1).optional().describe("If given, an answer is correct if its cosine is at least this"),
  }),
  z.strictObject({ kind: z.literal("refusal"), name }),
  z.strictObject({
    kind: z.literal("length"),
    name,
    unit: z.enum(["words", "characters"]).default("words"),
    max: z.int().min(1).optional().describe("Also require that the answer is not longer"),
  }),
  z.strictObject({
    kind: z.literal("judge"),
    name,
    prompt: z
      .string()
      .regex(/^[\w.-]{1,60}$/, "expected letters, digits, dots, underscores and dashes")
      .describe("Name of the prompt: eval/judges/NAME.yaml"),
    judges: z.array(z.string().min(1)).min(1).max(9).describe("Judges by name; several are one panel"),
    reference: z.string().min(1).optional().describe("Field with the right answer, or with the other answer of a pair"),
    against: z
      .string()
      .min(1)
      .optional()
      .describe("Pairwise: target that the answers are compared with; default: the field `reference`"),
    labels: JudgeLabels.optional(),
    thresholds: JudgeThresholds.prefault({}),
    positive: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe("Verdicts that count as true in the check; default: levels of at least 0.5; pairwise: A"),
    unadmitted: z
      .boolean()
      .default(false)
      .describe(
        "Score even if the human labels do not admit the judge, or there are none; no gate passes on such a score",
      ),
  }),
  z.strictObject({
    kind: z.literal("imported").describe("A score that another tool gave; only in results of `eval import`"),
    name: z.string().regex(/^[\w.-]{1,60}$/, "expected letters, digits, dots, underscores and dashes"),
    tool: z.string().min(1),
    rightOrWrong: z.boolean().describe("Every score is 0 or 1"),
  }),
]);
export type EvaluationScorer = z.infer<typeof EvaluationScorer>;
