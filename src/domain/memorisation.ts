import * as z from "zod";

import { Day } from "./source.ts";

/** Canaries to be planted in a dataset. */
export const CanaryRequest = z.strictObject({
  file: z.string().min(1).describe("Dataset file: JSONL, JSON, CSV or Parquet"),
  out: z.string().min(1).describe("Folder of the changed dataset and of canaries.json; it must not exist yet"),
  count: z
    .int()
    .min(1)
    .max(100)
    .default(5)
    .describe("Canaries that are planted; the same number is drawn but not planted, as a control"),
  repeats: z.int().min(1).max(1000).default(8).describe("Times that each planted canary occurs"),
  seed: z.int().min(0).default(1).describe("Seed of the codes and of their places"),
});
export type CanaryRequest = z.infer<typeof CanaryRequest>;

/** A made-up row with a random code that no other data predict. */
export const Canary = z.strictObject({
  id: z.string().describe("Name of the canary"),
  isPlanted: z.boolean().describe("It is in the dataset; the others are a control"),
  code: z.string().describe("Its random code"),
  row: z.record(z.string(), z.unknown()).describe("The row, with the code"),
});
export type Canary = z.infer<typeof Canary>;

/** The canaries of a dataset: `canaries.json`. */
export const CanaryFile = z.strictObject({
  version: z.literal(1),
  on: Day,
  source: z.string().describe("File that they were planted in"),
  sourceSha256: z.string(),
  dataset: z.string().describe("The changed dataset"),
  datasetSha256: z.string(),
  rows: z.int().describe("Rows of the changed dataset"),
  repeats: z.int().describe("Times that each planted canary occurs"),
  canaries: z.array(Canary),
});
export type CanaryFile = z.infer<typeof CanaryFile>;

/** A test of how much a tuned model reveals of its training rows. */
export const MemorisationRequest = z.strictObject({
  dir: z.string().default(".").describe("Programme folder, where memorisation.json is written"),
  members: z.string().min(1).describe("Dataset file with rows that were trained on"),
  others: z.string().min(1).describe("Dataset file with rows of the same kind that were not"),
  model: z.string().optional().describe("Folder of the weights (safetensors), for the test of membership"),
  adapter: z.string().optional().describe("Folder of a PEFT adapter on that model"),
  canaries: z.string().optional().describe("canaries.json of tunewright comply canaries: their exposure is measured"),
  endpoint: z
    .string()
    .optional()
    .describe("Address of the OpenAI-compatible endpoint that serves the model, for the test of verbatim answers"),
  servedModel: z.string().default("default").describe("Name of the model at the endpoint"),
  apiKeyEnv: z.string().optional().describe("Environment variable with the key of the endpoint"),
  rows: z.int().min(20).max(5000).default(200).describe("Rows that are drawn from each file"),
  maxTokens: z.int().min(8).max(8192).default(512).describe("Longest row, and longest answer, in tokens"),
  timeoutSeconds: z.int().min(1).max(86_400).default(3600).describe("Longest run of the user's Python"),
  python: z
    .string()
    .default("python3")
    .describe("Python with torch and transformers: an executable or the folder of a virtual environment"),
  seed: z.int().min(0).default(1).describe("Seed of the draws"),
});
export type MemorisationRequest = z.infer<typeof MemorisationRequest>;

const Interval = z.strictObject({ low: z.number(), high: z.number() });

/** Exposure of a canary. */
export const Exposure = z.strictObject({
  id: z.string(),
  isPlanted: z.boolean(),
  rank: z.int().describe("Place of the canary among the candidates by its loss, from 1"),
  candidates: z.int().describe("Codes that it was compared with, itself included"),
  exposureBits: z
    .number()
    .describe("log2(candidates) - log2(rank): about 1.4 on average for a code that was not learnt"),
  isFound: z
    .boolean()
    .describe("It has the lowest loss of all: by chance once in as many canaries as there are candidates"),
});
export type Exposure = z.infer<typeof Exposure>;

/** Results of the tests of a tuned model. */
export const Memorisation = z.strictObject({
  version: z.literal(1),
  on: Day,
  tool: z.string(),
  membersSha256: z.string().describe("SHA-256 of the file of members"),
  othersSha256: z.string(),
  modelSha256: z.string().nullable().describe("SHA-256 over the files of weights; null without weights"),
  membership: z
    .strictObject({
      members: z.int(),
      others: z.int(),
      auc: z.number().describe("Probability that a member has the lower loss; 0.5: members cannot be identified"),
      ci95: Interval,
      meanLossMembers: z.number(),
      meanLossOthers: z.number(),
    })
    .nullable(),
  exposures: z.array(Exposure),
  verbatim: z
    .strictObject({
      endpoint: z.string(),
      members: z.strictObject({ asked: z.int(), answered: z.int(), verbatim: z.int(), ci95: Interval }),
      others: z.strictObject({ asked: z.int(), answered: z.int(), verbatim: z.int(), ci95: Interval }),
      rows: z.array(z.int()).describe("Reproduced rows of the file of members, the first ones, numbered from 1"),
    })
    .nullable(),
  verdict: z
    .enum(["tested-negligible", "tested-nonnegligible"])
    .describe("Value that answers model.personalDataExtractable, for a person to confirm"),
  reasons: z.array(z.string()).describe("Basis of the verdict"),
});
export type Memorisation = z.infer<typeof Memorisation>;
