import * as z from "zod";

import { DatasetProfile } from "./dataset-profile.ts";

/** Rows that a stage let through and dropped, as a study has them: counts alone, no text of any row. */
export const CurationStage = z.strictObject({
  stage: z.string(),
  rowsIn: z.int().min(0),
  rowsKept: z.int().min(0),
  dropped: z.array(z.strictObject({ reason: z.string(), rows: z.int().min(1) })).describe("Most first"),
});
export type CurationStage = z.infer<typeof CurationStage>;

/** What the last `data run` of a programme means to a study of it. */
export const StudyCuration = z.strictObject({
  state: z
    .enum(["used", "apart", "stale"])
    .describe(
      "used: its rows are what the estimate rests on. apart: it is of the programme as it stands, but its rows cannot stand for the files to train on. stale: it is of other files or another pipeline, or did not end",
    ),
  why: z.array(z.string()).describe("Why it is not used"),
  out: z.string().nullable().describe("File with the rows that came through; null where there is none"),
  role: z.enum(["train", "preference", "corpus"]).nullable().describe("Role of all files that were read"),
  stages: z.array(CurationStage).describe("`read`, then the stages of the pipeline; empty where it is stale"),
  rights: z
    .strictObject({
      blocked: z.int().min(0).describe("Rows that may not be trained on, and were dropped"),
      held: z.int().min(0).describe("Rows that need counsel, and were dropped"),
      keptForCounsel: z.int().min(0).describe("Rows that need counsel, and were kept on request"),
    })
    .nullable()
    .describe("Null where the stage rights did not run, or gc removed the notes on rows that were kept for counsel"),
  personalData: z
    .strictObject({
      entities: z.array(z.strictObject({ entity: z.string(), spans: z.int().min(1), rows: z.int().min(1) })),
      review: z.int().min(0).describe("Places whose score is too low to act on"),
      leaks: z.int().min(0).describe("Rows in which personal data was found after redaction"),
      leaksKept: z.boolean().describe("Such rows were kept, as was asked for"),
    })
    .nullable()
    .describe("Null where the stage redact did not run, or gc removed its notes"),
  contamination: z
    .strictObject({
      against: z.array(z.string()).describe("Benchmarks and test sets that rows were held against"),
      dropped: z.int().min(0).describe("Rows that were dropped"),
      hits: z
        .array(z.strictObject({ against: z.string(), rows: z.int().min(1), items: z.int().min(1) }))
        .nullable()
        .describe("By benchmark; rows that a verdict keeps are among them. Null where gc removed the notes"),
    })
    .nullable()
    .describe("Null where the stage decontaminate did not run"),
  parts: z
    .array(z.strictObject({ part: z.string(), rows: z.int().min(1) }))
    .nullable()
    .describe("Rows by part of the split; null where the stage split did not run"),
  isParted: z.boolean().describe("Rows of all parts came through: the split was told no part"),
  profile: DatasetProfile.nullable().describe("What the rows that came through hold; null where it is not used"),
  report: z.string().nullable().describe("Page of data report in the programme folder; null where none was written"),
});
export type StudyCuration = z.infer<typeof StudyCuration>;
