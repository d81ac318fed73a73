import * as z from "zod";

import { FunnelStage, StageFinding } from "./funnel.ts";
import { RephraseJudge } from "./judge.ts";

/** Settings for comparing rows with the items of benchmarks. */
export const DecontaminateMethod = z
  .string()
  .regex(
    /^(?:default|parts|ngram-(?:[5-9]|[1-4]\d|50)|gpt3|coverage|longest-match|palm|lcs|decon|embedding)$/,
    "expected default, parts, ngram-5 to ngram-50, gpt3, coverage, longest-match, palm, lcs, decon or embedding",
  )
  .describe(
    "How rows are compared: default (the complete item, or most of its rare words in order), parts (also half of a question of 8 to 50 words, at least seven, in a run of rare words), ngram-N (any N consecutive words), gpt3 (any 8 to 13 consecutive words, depending on the benchmark), coverage (share of words in common 8-grams, Llama 3), longest-match (share of words in the longest run of 8 or more, ConTAM), palm (70 % of 8-grams), lcs (longest common subsequence, Qwen), decon (weighted 5-grams of cl100k tokens), embedding (cosine of the vectors in --vector-field)",
  );
export type DecontaminateMethod = z.infer<typeof DecontaminateMethod>;

/** Options shared by the command and the pipeline. */
const shape = {
  against: z
    .array(z.string().min(1))
    .min(1)
    .describe(
      "Benchmarks, test sets and replay sets: .jsonl, .json, .csv, .tsv (also .gz), .parquet; `FILE:question=F,answer=F,passage=F` names their fields, `F+G` joins two",
    ),
  method: DecontaminateMethod.optional(),
  minScore: z.number().min(0).max(1).optional().describe("Lowest score of a hit; default: that of the method"),
  textFields: z.array(z.string().min(1)).optional().describe("Fields to search; default: every text of a row"),
  vectorField: z
    .string()
    .min(1)
    .optional()
    .describe("Field of rows and items with their vector, for the method embedding; default: `embedding`"),
  verdicts: z
    .string()
    .min(1)
    .optional()
    .describe("File of verdicts on hits: a hit with the verdict keep does not drop its row"),
  judge: RephraseJudge.optional().describe("Model that decides which rows near an item paraphrase it; default: none"),
};

/** Options of the stage that drops rows that contain a benchmark item. */
export const DecontaminateOptions = z.strictObject(shape);
export type DecontaminateOptions = z.infer<typeof DecontaminateOptions>;

/** A part of an item. */
export const ItemPart = z.enum(["question", "answer", "passage", "item"]);
export type ItemPart = z.infer<typeof ItemPart>;

/** Evidence that a row contains a benchmark item. */
export const ContaminationHit = z.strictObject({
  against: z.string().describe("Name of the benchmark's file"),
  item: z.int().min(0).describe("Index of the item in that file, from 0"),
  method: z.string().describe("The rule that matched"),
  score: z.number().min(0).max(1).describe("Share of the item that was found, as defined by the method"),
  evidence: z.string().describe("Text of the row from the first to the last shared word; long texts are truncated"),
  part: ItemPart.describe("Part of the item that was found; `item` if the method does not distinguish parts"),
  path: z.array(z.union([z.string(), z.int()])).describe("Path to the text in the row"),
  start: z.int().min(0).describe("UTF-16 offset in that text at which the evidence begins"),
  end: z.int().min(0).describe("UTF-16 offset at which it ends, exclusive"),
  key: z.string().describe("Id of the hit for verdicts; stable while the texts of row and item are unchanged"),
  verdict: z.enum(["keep", "drop"]).optional().describe("Verdict on it; absent if there is none"),
  reason: z.string().optional().describe("Verdict of a model; absent if no model was asked"),
  isTemplate: z
    .boolean()
    .optional()
    .describe(
      "True if the row shares with the item only a template that more than ten rows have; such a hit does not drop its row. Absent otherwise",
    ),
});
export type ContaminationHit = z.infer<typeof ContaminationHit>;

/** A row with its hits. */
export const ContaminatedRow = z.strictObject({
  file: z.string().optional().describe("File of the row; omitted if there is only one"),
  row: z.int().min(0).describe("Index of the row in the file, from 0"),
  hits: z.array(ContaminationHit).min(1).describe("The best hit of each item"),
});
export type ContaminatedRow = z.infer<typeof ContaminatedRow>;

/** Details of how a benchmark was read. */
export const BenchmarkUse = z.strictObject({
  against: z.string().describe("Name of the benchmark's file"),
  fields: z.record(z.string(), z.string()).describe("Fields that its parts were read from"),
  isGuessed: z.boolean().describe("The fields were recognised by their usual names"),
  items: z.int().min(0).describe("Items"),
  withoutText: z.int().min(0).describe("Items without words"),
  wholeOnly: z
    .int()
    .min(0)
    .describe(
      "Items of at most 20 words: the default method finds only complete ones; `parts` also finds parts of items of 8 words or more",
    ),
});
export type BenchmarkUse = z.infer<typeof BenchmarkUse>;

/** Part of a benchmark that is contained in the rows. */
export const BenchmarkContamination = BenchmarkUse.extend({
  contaminated: z
    .int()
    .min(0)
    .describe("Items found in a row, without those that a verdict keeps and those of which only a template was found"),
  rows: z.int().min(0).describe("Rows that contain one of them"),
  hits: z
    .array(
      z.strictObject({
        item: z.int().min(0),
        rows: z.array(z.int().min(0)).describe("Indexes of the rows, counted over all files from 0"),
        places: z.array(z.string()).describe("File and line of the same rows"),
      }),
    )
    .describe("Each contaminated item with the first rows that contain it"),
});
export type BenchmarkContamination = z.infer<typeof BenchmarkContamination>;

/** Result for all rows. */
export const DecontaminateOutcome = z.strictObject({
  funnel: z.array(FunnelStage),
  benchmarks: z.array(BenchmarkContamination),
  findings: z.array(StageFinding).describe("Rows that share only a template with an item, and are kept"),
});
export type DecontaminateOutcome = z.infer<typeof DecontaminateOutcome>;

/** A verdict on a hit, as a line of the verdict file. */
export const HitVerdict = z.strictObject({
  key: z.string().regex(/^[0-9a-f]{16}$/, "expected the 16 hex digits of a hit's key"),
  verdict: z.enum(["keep", "drop"]).describe("keep: the row is kept despite the hit"),
  reason: z.string().min(1).describe("Reason"),
  by: z.string().min(1).describe("Who decided"),
  on: z.iso.date().describe("When"),
  model: z
    .string()
    .min(1)
    .optional()
    .describe("Model that decided; omitted if a person did. A person's verdict overrides a model's"),
});
export type HitVerdict = z.infer<typeof HitVerdict>;
