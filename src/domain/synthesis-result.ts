import * as z from "zod";

import { Quantity } from "./estimate.ts";
import { JudgeSummary } from "./judge.ts";
import { QualitySummary } from "./quality.ts";
import { RecipeName } from "./synthesis.ts";
import { Money } from "./source.ts";

const Count = z.int().min(0);

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** Whether the outputs of the model may be trained on. */
export const OutputRights = z.strictObject({
  verdict: z.enum(["allowed", "needs-counsel", "blocked"]),
  rule: z.string().describe("Rule that decided: output-terms, or decision where a person decided"),
  detail: z.string().describe("Provider and rule with its source, or who decided, when and why"),
  duties: z.array(z.string()).describe("What training on the outputs obliges to"),
});
export type OutputRights = z.infer<typeof OutputRights>;

/** What a synthesis would ask, and what it can cost. */
export const SynthesisPlan = z.strictObject({
  endpoint: z.string().describe("Address, without what may be secret"),
  isThisMachine: z.boolean().describe("The address is this machine: nothing leaves it"),
  model: z.string(),
  terms: OutputRights,
  requests: Count.describe("Rows to ask for"),
  known: Count.describe("Answers that are kept from an earlier run and not asked again"),
  inputTokens: Count.describe("Estimated tokens of the prompts that are still to be sent"),
  mostUsd: Money.nullable().describe("Cost if every answer has the longest length; null where nobody is paid"),
  maxUsd: Money.nullable().describe("Cap"),
  price: z.string().describe("Where the price comes from"),
  pilot: Count.describe("Rows that are asked for first, to estimate the rest"),
  firstPrompt: z.string().nullable().describe("The first prompt without an answer; null where all are known"),
});
export type SynthesisPlan = z.infer<typeof SynthesisPlan>;

/** What the pilot yielded, and what the rest will. */
export const YieldEstimate = z.strictObject({
  asked: Count.describe("Rows asked for in the pilot (n)"),
  kept: Count.describe("Rows of it that passed every check"),
  keptShare: Quantity.describe("Share of the rows that pass: Wilson interval of 80 %"),
  rowsPerUsd: Quantity.describe("Rows kept per US dollar"),
  remaining: Count.describe("Rows that are still to be asked for"),
  remainingRows: Quantity.describe("Rows that these will yield"),
  remainingUsd: Quantity.describe("What these will cost"),
});
export type YieldEstimate = z.infer<typeof YieldEstimate>;

/** What one check let through: `rowsIn` is `rowsKept` and all dropped rows together. */
export const CheckCount = z.strictObject({
  check: z.string(),
  rowsIn: Count,
  rowsKept: Count,
  dropped: z.array(z.strictObject({ reason: z.string(), rows: z.int().min(1), example: z.string() })),
});
export type CheckCount = z.infer<typeof CheckCount>;

/** What is written on a generated row, in its field `synthetic`. */
export const SyntheticMark = z.strictObject({
  recipe: z.string().describe("Recipe and its version, as question-answer@1"),
  request: Count.describe("Number of the request, from 0"),
  promptSha256: Sha256.describe("Hash of the prompt as it was sent"),
  seed: Count.describe("Seed that was sent"),
  inputs: z.array(z.string()).describe("Rows that it was made from: file and line"),
  model: z.string().describe("Model that was asked"),
  servedModel: z.string().nullable().describe("Model and build that answered, as the endpoint names them"),
  on: z.string().describe("Day of the answer"),
  terms: z.string().describe("Why training on it is allowed"),
  inputTokens: Count,
  outputTokens: Count,
  usd: Money.nullable().describe("All requests for this row, failed ones too; null where nobody is paid"),
  quote: z
    .strictObject({ start: Count, end: Count })
    .optional()
    .describe("Where the quote stands in the document: UTF-16 code units"),
  agreement: z.number().min(0).max(1).optional().describe("Share of further answers that agree"),
});
export type SyntheticMark = z.infer<typeof SyntheticMark>;

/** What a synthesis has cost. */
export const SynthesisCost = z.strictObject({
  usd: Money.nullable().describe("All that was paid for this synthesis, earlier runs included; null: nobody is paid"),
  generationUsd: Money.nullable().describe("Of it for rows"),
  agreementUsd: Money.nullable().describe("Of it for further answers"),
  judgeUsd: Money.nullable().describe("Of it for the judge"),
  otherUsd: Money.nullable().describe("Of it for requests that an earlier state of the file made"),
  perKeptRowUsd: Money.nullable().describe("All of it by the rows that are kept, rounded to a millionth"),
  inputTokens: Count,
  outputTokens: Count,
  estimatedUsage: Count.describe("Answers whose tokens the endpoint did not count: estimated"),
  price: z.string(),
});
export type SynthesisCost = z.infer<typeof SynthesisCost>;

/** What was generated, what of it is kept and why, and what it cost. */
export const SynthesisResult = z.strictObject({
  name: z.string(),
  recipe: z.strictObject({ name: RecipeName, version: z.int().min(1), source: z.string() }),
  plan: SynthesisPlan,
  servedModels: z.array(z.string()).describe("Models and builds that answered, as the endpoint names them"),
  inputs: z.array(
    z.strictObject({
      path: z.string(),
      sha256: Sha256,
      rows: Count.describe("Rows that can be used"),
      unusable: z.array(z.strictObject({ reason: z.string(), rows: z.int().min(1) })),
    }),
  ),
  asked: Count.describe("Rows asked for, in this run and before"),
  answered: Count.describe("Answers of the model"),
  checks: z.array(CheckCount).describe("Checks in their order, each fed with what the one before let through"),
  kept: Count.describe("Rows that passed every check"),
  pilot: YieldEstimate.nullable().describe("What the first rows yielded; null where no estimate was made"),
  diversity: QualitySummary.nullable().describe("How various the kept rows are; null where none is kept"),
  judge: JudgeSummary.nullable(),
  cost: SynthesisCost,
  share: z
    .strictObject({
      synthetic: Count.describe("Generated rows, those of generated files of the programme included"),
      other: Count.describe("Training rows that are not generated"),
      share: z.number().min(0).max(1),
      max: z.number().nullable().describe("Limit; null where none is set"),
    })
    .nullable()
    .describe("Generated rows among the training rows; null without a programme.yaml that names files"),
  sealed: z
    .strictObject({
      dir: z.string().describe("Folder of the frozen version"),
      digest: Sha256,
      rows: Count,
      isNew: z.boolean().describe("False where the last version holds the same rows"),
    })
    .nullable()
    .describe("The frozen version; null where no row is kept, or only the pilot was asked for"),
  ledgerUsd: Money.nullable().describe("US dollars that this run added to the ledger; null where nobody is paid"),
  files: z.strictObject({ answers: z.string(), dropped: z.string() }).describe("Answers; dropped rows with reasons"),
  stopped: z.string().nullable().describe("Why not all was asked; null where everything was"),
});
export type SynthesisResult = z.infer<typeof SynthesisResult>;

/** What `data synthesize` prints: the plan with --dry-run, else the result. */
export const SynthesisAnswer = z.union([SynthesisResult, SynthesisPlan]);
export type SynthesisAnswer = z.infer<typeof SynthesisAnswer>;
