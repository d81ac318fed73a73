import * as z from "zod";

import { EvaluationJudge } from "./evaluation-judge.ts";
import { EvaluationScorer } from "./evaluation-scorer.ts";
import { JudgeEndpoint } from "./judge.ts";

const Name = z.string().regex(/^[\w.-]{1,60}$/, "expected letters, digits, dots, underscores and dashes");

const { url, model, keyEnv, maxUsd, usdPerMtokInput, usdPerMtokOutput, free, concurrency, timeoutSec } =
  JudgeEndpoint.shape;

/** Target of an evaluation: a model at an endpoint, a program, or a file of answers. */
export const EvaluationTarget = z
  .strictObject({
    url: url.optional(),
    model: model.optional(),
    api: z.enum(["chat", "completions"]).default("chat").describe("API of the endpoint"),
    keyEnv,
    maxUsd: maxUsd.describe(
      "Largest cost of the answers of one evaluation, US dollars; a request that could exceed it is not sent",
    ),
    usdPerMtokInput,
    usdPerMtokOutput,
    free,
    concurrency,
    timeoutSec,
    answers: z
      .string()
      .min(1)
      .optional()
      .describe("File of answers in the programme folder, instead of an endpoint; rows with `id` and `answer`"),
    command: z
      .array(z.string().min(1).max(10_000))
      .min(1)
      .max(100)
      .optional()
      .describe(
        "Program and its arguments, run in the programme folder for each answer, instead of an endpoint: it gets a JSON object on standard input and prints the answer",
      ),
    trainedOn: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe(
        "Training rows of the target, in the programme folder: files, or folders of frozen versions; the set is compared with them",
      ),
  })
  .refine(
    ({ url, model, answers, command }) =>
      [url !== undefined && model !== undefined, answers !== undefined, command !== undefined].filter(Boolean)
        .length === 1 &&
      (url === undefined || model !== undefined),
    "expected url and model, or command, or answers",
  );
export type EvaluationTarget = z.infer<typeof EvaluationTarget>;

/** Sampling parameters, equal for all targets, so that only the target differs. */
export const Sampling = z.strictObject({
  maxTokens: z.int().min(1).max(100_000).default(512).describe("Maximum number of tokens of an answer"),
  temperature: z.number().min(0).max(2).default(0).describe("Temperature"),
  topP: z.number().gt(0).max(1).optional().describe("Nucleus sampling; default: the server's"),
  seed: z.int().min(0).optional().describe("Seed to send; default: none"),
  stop: z.array(z.string().min(1)).max(4).optional().describe("Stop sequences"),
  samples: z.int().min(1).max(100).default(1).describe("Answers per item; the score of the item is their mean"),
});
export type Sampling = z.infer<typeof Sampling>;

/** A turn of the prompt; `{{field}}` is replaced with a field of the item. */
export const PromptTurn = z.strictObject({
  role: z.enum(["system", "user", "assistant"]),
  content: z.string(),
});
export type PromptTurn = z.infer<typeof PromptTurn>;

/** Conditions for a target to replace the baseline. */
export const EvaluationGate = z.strictObject({
  name: Name,
  target: Name.describe("Target to be released"),
  baseline: Name.describe("Target to compare with"),
  scorer: Name.describe("Name of the scorer"),
  kind: z
    .enum(["non-inferiority", "superiority"])
    .default("non-inferiority")
    .describe("non-inferiority: worse by less than the margin; superiority: better by more than the margin"),
  better: z
    .enum(["higher", "lower"])
    .optional()
    .describe("Which score is better; default: higher. Required for refusals, and for lengths without max"),
  margin: z.number().min(0).describe("In units of the scorer: 0.03 is three points of accuracy"),
  minItems: z.int().min(1).default(100).describe("Minimum number of items that both targets were scored on"),
  maxErrorShare: z
    .number()
    .min(0)
    .max(1)
    .default(0.01)
    .describe("Largest share of answers that are missing, and of those that could not be scored"),
  maxContaminatedShare: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe("Largest share of items found in the training data; default: no limit on contamination"),
  slices: z
    .strictObject({
      maxFall: z.number().min(0).describe("Largest decrease in any slice"),
      minItems: z.int().min(1).default(20).describe("Minimum number of items of a slice for it to be judged"),
    })
    .optional()
    .describe("No slice may decrease by more than this, or significantly (Holm over the slices)"),
});
export type EvaluationGate = z.infer<typeof EvaluationGate>;

/** `eval/NAME.yaml`: what is evaluated, how it is scored, and the gates. */
export const Evaluation = z.strictObject({
  set: Name.describe("Name of the set in testset.lock"),
  prompt: z
    .union([z.string().min(1), z.array(PromptTurn).min(1)])
    .describe(
      "Prompt: a text or turns, with {{field}} for a field of the item; a single field with a list of texts gives turns, each asked after the previous one is answered",
    ),
  tools: z
    .union([z.string().min(1), z.array(z.record(z.string(), z.unknown())).min(1)])
    .optional()
    .describe("Tools that the model may call, in the format of the chat API, or the field of the item with their list"),
  reference: z.string().min(1).optional().describe("Field with the reference answer"),
  cluster: z
    .string()
    .min(1)
    .optional()
    .describe(
      "Field that groups dependent items (one passage, one customer); standard errors take the groups into account",
    ),
  sampling: Sampling.prefault({}),
  targets: z.record(Name, EvaluationTarget).describe("Targets by name"),
  judges: z.record(Name, EvaluationJudge).default({}).describe("Judges by name, for scorers of the kind judge"),
  scorers: z.array(EvaluationScorer).min(1).describe("Scorers; the first is the headline"),
  gates: z.array(EvaluationGate).default([]),
});
export type Evaluation = z.infer<typeof Evaluation>;
