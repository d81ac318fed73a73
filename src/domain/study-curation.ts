import * as z from "zod";

import { DatasetProfile } from "./dataset-profile.ts";

/** Rows that a stage kept and dropped, as used by a study: only counts, no text. */
export const CurationStage = z.strictObject({
  stage: z.string(),
  rowsIn: z.int().min(0),
  rowsKept: z.int().min(0),
  dropped: z
    .array(z.strictObject({ reason: z.string(), rows: z.int().min(1) }))
    .describe("Reasons, most frequent first"),
});
export type CurationStage = z.infer<typeof CurationStage>;

/** The last `data run` of a programme, as used by a study. */
export const StudyCuration = z.strictObject({
  state: z
    .enum(["used", "apart", "stale"])
    .describe(
      "used: the estimate is based on its rows. apart: it matches the current programme, but its rows cannot replace the training files. stale: it has other files or another pipeline, or was not completed",
    ),
  why: z.array(z.string()).describe("Why it is not used"),
  out: z.string().nullable().describe("File with the output rows; null if there is none"),
  role: z.enum(["train", "preference", "corpus"]).nullable().describe("Role of all files read"),
  stages: z.array(CurationStage).describe("`read`, then the stages of the pipeline; empty if stale"),
  rights: z
    .strictObject({
      blocked: z.int().min(0).describe("Dropped rows that may not be used for training"),
      held: z.int().min(0).describe("Dropped rows that need counsel"),
      keptForCounsel: z.int().min(0).describe("Kept rows that need counsel, as configured"),
    })
    .nullable()
    .describe("Null if the stage rights did not run, or gc removed the notes on rows that were kept for counsel"),
  personalData: z
    .strictObject({
      entities: z.array(z.strictObject({ entity: z.string(), spans: z.int().min(1), rows: z.int().min(1) })),
      review: z.int().min(0).describe("Spans with a score too low to act on"),
      leaks: z.int().min(0).describe("Rows in which personal data was found after redaction"),
      leaksKept: z.boolean().describe("Such rows were kept, as configured"),
    })
    .nullable()
    .describe("Null if the stage redact did not run, or gc removed its notes"),
  contamination: z
    .strictObject({
      against: z.array(z.string()).describe("Benchmarks and test sets that rows were compared with"),
      dropped: z.int().min(0).describe("Dropped rows"),
      hits: z
        .array(z.strictObject({ against: z.string(), rows: z.int().min(1), items: z.int().min(1) }))
        .nullable()
        .describe("By benchmark, including rows that a verdict keeps; null if gc removed the notes"),
    })
    .nullable()
    .describe("Null if the stage decontaminate did not run"),
  parts: z
    .array(z.strictObject({ part: z.string(), rows: z.int().min(1) }))
    .nullable()
    .describe("Rows by part of the split; null if the stage split did not run"),
  isParted: z.boolean().describe("The split had no `part`, so the rows of all parts passed"),
  profile: DatasetProfile.nullable().describe("Profile of the output rows; null if not used"),
  report: z.string().nullable().describe("HTML page of data report in the programme folder; null if none was written"),
});
export type StudyCuration = z.infer<typeof StudyCuration>;
