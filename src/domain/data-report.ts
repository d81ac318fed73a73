import * as z from "zod";

import { StageFinding } from "./data-pipeline.ts";
import { LineageSource } from "./data-lineage.ts";
import { DatasheetFact } from "./datasheet.ts";
import { DatasetProfile } from "./dataset-profile.ts";
import { Estimate } from "./estimate.ts";
import { Funnel, StageTokens } from "./funnel.ts";
import { Day, Money } from "./source.ts";

/** Rows of one dataset with one verdict on their rights. */
export const RightsSummary = z.strictObject({
  source: z.string().describe("Dataset"),
  verdict: z.string().describe("allowed, blocked or needs-counsel"),
  rule: z.string().describe("Rule that says so"),
  licence: z.string().nullable().describe("Licence; null where there is none"),
  rows: z.int().min(1),
});
export type RightsSummary = z.infer<typeof RightsSummary>;

/** Personal data of one kind. */
export const EntitySummary = z.strictObject({
  entity: z.string().describe("Kind of personal data"),
  spans: z.int().min(1).describe("Places where it was found"),
  rows: z.int().min(1).describe("Rows with at least one"),
  operators: z.array(z.string()).describe("What was done with them"),
  samples: z.array(z.string()).describe("The first few, masked"),
});
export type EntitySummary = z.infer<typeof EntitySummary>;

/** What rows have in common with one benchmark. */
export const ContaminationSummary = z.strictObject({
  against: z.string().describe("Benchmark"),
  rows: z.int().min(1).describe("Rows with a hit"),
  items: z.int().min(1).describe("Items of the benchmark that were hit"),
  methods: z.array(z.string()).describe("Methods that hit"),
  samples: z
    .array(
      z.strictObject({
        row: z.string().describe("Id of the row"),
        item: z.string().describe("Item of the benchmark"),
        method: z.string(),
        score: z.number(),
        evidence: z.string().describe("Text that they share"),
      }),
    )
    .describe("The first few"),
});
export type ContaminationSummary = z.infer<typeof ContaminationSummary>;

/** A row of a cluster of duplicates, as a sample. */
export const ClusterRow = z.strictObject({
  id: z.string().describe("Id of the row"),
  source: z.string().describe("Dataset that it came from"),
  line: z.int().min(1).describe("Line there, from 1"),
  text: z.string().describe("Start of its text, masked as `samples` says; empty where it had to be hidden"),
});
export type ClusterRow = z.infer<typeof ClusterRow>;

/** A cluster of duplicates with its first rows. */
export const DuplicateSample = z.strictObject({
  dropped: z.int().min(1).describe("Rows that were dropped for the kept one"),
  kept: ClusterRow.describe("The row that stayed"),
  rows: z
    .array(
      ClusterRow.extend({
        similarity: z
          .number()
          .min(0)
          .max(1)
          .nullable()
          .describe("Jaccard similarity with the kept row, 1 for the same words; null where it was not computed"),
      }),
    )
    .describe("The first few that were dropped"),
});
export type DuplicateSample = z.infer<typeof DuplicateSample>;

/** What a model said of the quality of rows. */
export const JudgedRows = z.strictObject({
  model: z.string().describe("Model that was asked"),
  scores: z
    .array(z.strictObject({ score: z.number(), rows: z.int().min(1) }))
    .describe("Rows by the score of 1 to 5 that they got, highest first"),
  unjudged: z
    .array(z.strictObject({ reason: z.string(), rows: z.int().min(1) }))
    .describe("Rows that were asked about and got no score, by reason"),
  spentUsd: Money.nullable().describe(
    "What the answers cost, of this run and of those before; null where nobody is paid, or the file of answers is gone",
  ),
});
export type JudgedRows = z.infer<typeof JudgedRows>;

/** Languages of rows. */
export const LanguageCounts = z.strictObject({
  rows: z.int().min(0).describe("Rows examined (n)"),
  everyRow: z.boolean().describe("All rows that passed; if false, every k-th of them"),
  languages: z
    .array(z.strictObject({ language: z.string().describe("ISO 639-1 code"), rows: z.int().min(1) }))
    .describe("Most rows first"),
  unknown: z.int().min(0).describe("Rows of undetermined language: too short, code, numbers, or a mixture"),
});
export type LanguageCounts = z.infer<typeof LanguageCounts>;

/** Rows of one dataset that came through. */
export const SourceRows = z.strictObject({ source: z.string().describe("Dataset"), rows: z.int().min(1) });
export type SourceRows = z.infer<typeof SourceRows>;

/** What a run of the pipeline made of a programme's data: for people, counsel and auditors. */
export const DataReport = z.strictObject({
  programme: z.string().describe("Name of the programme"),
  on: Day.describe("Day of the report"),
  tool: z.string().describe("Tunewright and its version"),
  sources: z.array(LineageSource).describe("Files that rows came from"),
  samples: z
    .enum(["masked", "raw"])
    .describe(
      "How rows are shown that the stage redact had not seen: with what the recognisers find in them masked, or as they are",
    ),
  changed: z.array(z.string()).describe("Files that have changed since the run; the figures here describe the run"),
  removed: z
    .array(z.string())
    .describe("Stages whose rows gc removed: their counts are complete, their samples and notes are missing"),
  funnel: Funnel,
  tokens: StageTokens.nullable().describe("Tokens by stage, next to the rows of the funnel; null if nothing was read"),
  artefacts: z
    .array(z.strictObject({ stage: z.string(), version: z.int(), artefact: z.string(), sha256: z.string() }))
    .describe("Output of each stage"),
  judged: JudgedRows.nullable().describe("Null where the stage quality asked no model"),
  rights: z.array(RightsSummary).nullable().describe("Null where the stage rights did not run"),
  personalData: z
    .strictObject({
      entities: z.array(EntitySummary),
      review: z.int().min(0).describe("Spans whose score is too low to act on: a person should look"),
      leaks: z.int().min(0).describe("Rows in which personal data was found after redaction"),
    })
    .nullable()
    .describe("Null where the stage redact did not run"),
  duplicates: z
    .strictObject({
      clusters: z.int().min(0).describe("Rows kept in place of duplicates"),
      dropped: z.int().min(0).describe("Duplicates dropped for them"),
      largest: z.int().min(0).describe("Most duplicates of one kept row"),
      sizes: z
        .array(z.strictObject({ from: z.int(), to: z.int(), clusters: z.int().min(1) }))
        .describe("Clusters by the rows dropped for one, in powers of two"),
      samples: z.array(DuplicateSample).describe("The largest clusters"),
      findings: z.array(StageFinding).describe("What should be looked at before the rows are used"),
    })
    .nullable()
    .describe("Null where the stage dedup did not run"),
  contamination: z.array(ContaminationSummary).nullable().describe("Null where the stage decontaminate did not run"),
  parts: z
    .array(z.strictObject({ part: z.string(), rows: z.int().min(1) }))
    .nullable()
    .describe("Rows by part; null where the stage split did not run"),
  rowsBySource: z.array(SourceRows).describe("Rows that passed, by source dataset"),
  languages: LanguageCounts.describe("Languages of the rows that passed"),
  profile: DatasetProfile.nullable().describe(
    "Profile of the rows that passed; null if none were written, or the file has changed since the run",
  ),
  costs: z
    .array(
      z.strictObject({
        id: z.string().describe("Id of the cost line"),
        label: z.string().describe("Activity"),
        planned: Estimate.nullable().describe("US dollars planned for it; null if unknown"),
        reason: z.string().nullable().describe("Why it is unknown or zero"),
        machineSec: z.number().min(0).nullable().describe("Seconds that its stages took; null where none ran"),
      }),
    )
    .describe("Activities on data: the plan's lines, and what the pipeline took. Money spent is not known here"),
  datasheet: z
    .array(DatasheetFact)
    .describe("What compliance papers ask about the data: facts from the pipeline, and facts to supply"),
  missing: z.array(z.string()).describe("What this report cannot say, and which stage could"),
});
export type DataReport = z.infer<typeof DataReport>;
