import * as z from "zod";

import { Quantity } from "./estimate.ts";
import { JudgeSummary } from "./judge.ts";
import { JudgeCheck } from "./judge-check.ts";
import { QualitySummary } from "./quality.ts";
import { RecipeName } from "./synthesis.ts";
import { Money } from "./source.ts";

const Count = z.int().min(0);

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** Whether the outputs of the model may be used for training. */
export const OutputRights = z.strictObject({
  verdict: z.enum(["allowed", "needs-counsel", "blocked"]),
  rule: z.string().describe("Rule that decided: output-terms, or decision if a person decided"),
  detail: z.string().describe("Provider and rule with its source, or who decided, when and why"),
  duties: z.array(z.string()).describe("Duties that result from training on the outputs"),
});
export type OutputRights = z.infer<typeof OutputRights>;

/** Planned requests of a synthesis, and their possible cost. */
export const SynthesisPlan = z.strictObject({
  endpoint: z.string().describe("Address, without parts that may be secret"),
  isThisMachine: z.boolean().describe("True if the endpoint is this machine, so that nothing leaves it"),
  model: z.string(),
  terms: OutputRights,
  requests: Count.describe("Rows to request"),
  known: Count.describe("Answers kept from an earlier run, which are not requested again"),
  inputTokens: Count.describe("Estimated tokens of the prompts that remain to be sent"),
  mostUsd: Money.nullable().describe(
    "Cost if every answer, and every additional one, has the maximum length, without the judge; null if the endpoint is free",
  ),
  maxUsd: Money.nullable().describe("Cap"),
  price: z.string().describe("Source of the price"),
  pilot: Count.describe("Rows that are requested first, to estimate the rest"),
  firstPrompt: z.string().nullable().describe("The first prompt without an answer; null if all are answered"),
});
export type SynthesisPlan = z.infer<typeof SynthesisPlan>;

/** Yield of the pilot, and the estimate for the rest. */
export const YieldEstimate = z.strictObject({
  asked: Count.describe("Rows requested in the pilot (n)"),
  kept: Count.describe("Rows of the pilot that passed every check"),
  keptShare: Quantity.describe("Share of rows that pass: Wilson interval of 80 %"),
  rowsPerUsd: Quantity.describe("Rows kept per US dollar"),
  remaining: Count.describe("Rows that remain to be requested"),
  remainingRows: Quantity.describe("Rows expected from the remaining requests"),
  remainingUsd: Quantity.describe("Expected cost of the remaining requests"),
});
export type YieldEstimate = z.infer<typeof YieldEstimate>;

/** Input and output of one check: `rowsIn` is `rowsKept` plus all dropped rows. */
export const CheckCount = z.strictObject({
  check: z.string(),
  rowsIn: Count,
  rowsKept: Count,
  dropped: z.array(z.strictObject({ reason: z.string(), rows: z.int().min(1), example: z.string() })),
});
export type CheckCount = z.infer<typeof CheckCount>;

/** Provenance of a generated row, stored in its field `synthetic`. */
export const SyntheticMark = z.strictObject({
  recipe: z.string().describe("Recipe and its version, as in question-answer@1"),
  request: Count.describe("Number of the request, from 0"),
  promptSha256: Sha256.describe("Hash of the prompt"),
  seed: Count.describe("Seed of the request"),
  inputs: z.array(z.string()).describe("Source rows: file and line"),
  model: z.string().describe("Model that was asked"),
  servedModel: z.string().nullable().describe("Model and build that answered, as reported by the endpoint"),
  on: z.string().describe("Day of the answer"),
  terms: z.string().describe("Why it may be used for training"),
  inputTokens: Count,
  outputTokens: Count,
  usd: Money.nullable().describe(
    "Cost of all requests for this row, including failed ones and the judge; null if the endpoints are free",
  ),
  quote: z
    .strictObject({ start: Count, end: Count })
    .optional()
    .describe("Position of the quote in the document: UTF-16 offsets"),
  agreement: z.number().min(0).max(1).optional().describe("Share of further answers that agree"),
});
export type SyntheticMark = z.infer<typeof SyntheticMark>;

/** Cost of a synthesis so far. */
export const SynthesisCost = z.strictObject({
  usd: Money.nullable().describe("Total, including earlier runs; null if the endpoint is free"),
  generationUsd: Money.nullable().describe("Part for rows"),
  agreementUsd: Money.nullable().describe("Part for additional answers"),
  judgeUsd: Money.nullable().describe("Part for the judge"),
  otherUsd: Money.nullable().describe("Part for requests of an earlier state of the file"),
  perKeptRowUsd: Money.nullable().describe("Total divided by the kept rows, rounded to a millionth"),
  inputTokens: Count,
  outputTokens: Count,
  estimatedUsage: Count.describe("Answers without token counts from the endpoint; their cost is estimated"),
  price: z.string(),
});
export type SynthesisCost = z.infer<typeof SynthesisCost>;

/** Result of a synthesis: the generated rows, the kept ones with reasons, and the cost. */
export const SynthesisResult = z.strictObject({
  name: z.string(),
  recipe: z.strictObject({ name: RecipeName, version: z.int().min(1), source: z.string() }),
  plan: SynthesisPlan,
  servedModels: z.array(z.string()).describe("Models and builds that answered, as reported by the endpoint"),
  inputs: z.array(
    z.strictObject({
      path: z.string(),
      sha256: Sha256,
      rows: Count.describe("Rows that can be used"),
      unusable: z.array(z.strictObject({ reason: z.string(), rows: z.int().min(1) })),
    }),
  ),
  asked: Count.describe("Rows requested, including earlier runs"),
  answered: Count.describe("Answers"),
  checks: z.array(CheckCount).describe("Checks in order; each takes the output of the previous one"),
  compared: z
    .array(
      z.strictObject({
        path: z.string(),
        rows: Count.describe("Rows of the file"),
        withPrompt: Count.describe("Rows with a prompt, which can be compared"),
      }),
    )
    .default([])
    .describe("Files whose rows the generated rows must not repeat"),
  kept: Count.describe("Rows that passed every check"),
  pilot: YieldEstimate.nullable().describe("Yield of the first rows; null if no estimate was made"),
  diversity: QualitySummary.nullable().describe("Diversity of the kept rows; null if none is kept"),
  judge: JudgeSummary.nullable(),
  admission: JudgeCheck.nullable()
    .default(null)
    .describe("Accuracy of the judge on human labels; null if it drops nothing, or nothing was asked"),
  cost: SynthesisCost,
  share: z
    .strictObject({
      synthetic: Count.describe("Generated rows, including those in generated files of the programme"),
      other: Count.describe("Training rows that were not generated"),
      share: z.number().min(0).max(1),
      max: z.number().nullable().describe("Limit; null if none is set"),
    })
    .nullable()
    .describe("Share of generated rows in the training rows; null without a programme.yaml that lists training files"),
  sealed: z
    .strictObject({
      dir: z.string().describe("Folder of the frozen version"),
      digest: Sha256,
      rows: Count,
      isNew: z.boolean().describe("False if the last version has the same rows"),
    })
    .nullable()
    .describe("The frozen version; null if no row is kept, or only the pilot ran"),
  ledgerUsd: Money.nullable().describe("US dollars that this run added to the ledger; null if the endpoint is free"),
  files: z.strictObject({ answers: z.string(), dropped: z.string() }).describe("Answers; dropped rows with reasons"),
  stopped: z.string().nullable().describe("Why the remaining rows were not requested; null if all were"),
});
export type SynthesisResult = z.infer<typeof SynthesisResult>;

/** Output of `data synthesize`: the plan with --dry-run, otherwise the result. */
export const SynthesisAnswer = z.union([SynthesisResult, SynthesisPlan]);
export type SynthesisAnswer = z.infer<typeof SynthesisAnswer>;
