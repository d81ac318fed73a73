import * as z from "zod";

import { LineageSource } from "./data-lineage.ts";
import { DatasheetFact } from "./datasheet.ts";
import { DatasetProfile } from "./dataset-profile.ts";
import { Estimate } from "./estimate.ts";
import { Funnel, StageFinding, StageTokens } from "./funnel.ts";
import { Day, Money } from "./source.ts";

/** Rows of one dataset with the same verdict on their rights. */
export const RightsSummary = z.strictObject({
  source: z.string().describe("Dataset"),
  verdict: z.string().describe("allowed, blocked or needs-counsel"),
  rule: z.string().describe("Rule that decided"),
  licence: z.string().nullable().describe("Licence; null if unknown"),
  rows: z.int().min(1),
});
export type RightsSummary = z.infer<typeof RightsSummary>;

/** Personal data of one kind. */
export const EntitySummary = z.strictObject({
  entity: z.string().describe("Kind of personal data"),
  spans: z.int().min(1).describe("Places found"),
  rows: z.int().min(1).describe("Rows with at least one"),
  operators: z.array(z.string()).describe("Operators that were applied"),
  samples: z.array(z.string()).describe("The first few, masked"),
});
export type EntitySummary = z.infer<typeof EntitySummary>;

/** Overlap of the rows with one benchmark. */
export const ContaminationSummary = z.strictObject({
  against: z.string().describe("Benchmark"),
  rows: z.int().min(1).describe("Rows with a hit"),
  items: z.int().min(1).describe("Items of the benchmark that were hit"),
  methods: z.array(z.string()).describe("Methods with a hit"),
  samples: z
    .array(
      z.strictObject({
        row: z.string().describe("Id of the row"),
        item: z.string().describe("Item of the benchmark"),
        method: z.string(),
        score: z.number(),
        evidence: z.string().describe("Shared text"),
      }),
    )
    .describe("The first few"),
});
export type ContaminationSummary = z.infer<typeof ContaminationSummary>;

/** An example row of a cluster of duplicates. */
export const ClusterRow = z.strictObject({
  id: z.string().describe("Id of the row"),
  source: z.string().describe("Dataset of the row"),
  line: z.int().min(1).describe("Line in the dataset, from 1"),
  text: z.string().describe("Start of its text, masked as `samples` states; empty if it had to be hidden"),
});
export type ClusterRow = z.infer<typeof ClusterRow>;

/** A cluster of duplicates with its first rows. */
export const DuplicateSample = z.strictObject({
  dropped: z.int().min(1).describe("Rows dropped in favour of the kept one"),
  kept: ClusterRow.describe("The kept row"),
  rows: z
    .array(
      ClusterRow.extend({
        similarity: z
          .number()
          .min(0)
          .max(1)
          .nullable()
          .describe("Jaccard similarity with the kept row, 1 for the same words; null if it was not computed"),
      }),
    )
    .describe("The first dropped rows"),
});
export type DuplicateSample = z.infer<typeof DuplicateSample>;

/** Quality scores of a model. */
export const JudgedRows = z.strictObject({
  model: z.string().describe("Model"),
  scores: z.array(z.strictObject({ score: z.number(), rows: z.int().min(1) })).describe("Rows by score, 5 to 1"),
  unjudged: z
    .array(z.strictObject({ reason: z.string(), rows: z.int().min(1) }))
    .describe("Rows without a score, by reason"),
  spentUsd: Money.nullable().describe(
    "Cost of the answers, including earlier runs; null if the endpoint is free, or the file of answers is missing",
  ),
});
export type JudgedRows = z.infer<typeof JudgedRows>;

/** Languages of the rows. */
export const LanguageCounts = z.strictObject({
  rows: z.int().min(0).describe("Rows examined (n)"),
  everyRow: z.boolean().describe("All output rows were examined; if false, every k-th row"),
  languages: z
    .array(z.strictObject({ language: z.string().describe("ISO 639-1 code"), rows: z.int().min(1) }))
    .describe("Languages, most rows first"),
  unknown: z.int().min(0).describe("Rows of undetermined language: too short, code, numbers, or a mixture"),
});
export type LanguageCounts = z.infer<typeof LanguageCounts>;

/** Output rows of one dataset. */
export const SourceRows = z.strictObject({ source: z.string().describe("Dataset"), rows: z.int().min(1) });
export type SourceRows = z.infer<typeof SourceRows>;

/** Report on a run of the pipeline over the data of a programme: for people, counsel and auditors. */
export const DataReport = z.strictObject({
  programme: z.string().describe("Name of the programme"),
  on: Day.describe("Day of the report"),
  tool: z.string().describe("Tunewright and its version"),
  sources: z.array(LineageSource).describe("Input files"),
  samples: z
    .enum(["masked", "raw"])
    .describe("How rows are shown that the stage redact did not process: masked by the recognisers, or unchanged"),
  changed: z.array(z.string()).describe("Files that changed after the run; the figures here describe the run"),
  outState: z.enum(["as-written", "changed", "missing"]).describe("State of the file with the output rows"),
  removed: z
    .array(z.string())
    .describe("Stages whose rows were removed by gc: their counts are complete, but samples and notes are missing"),
  funnel: Funnel,
  tokens: StageTokens.nullable().describe(
    "Tokens by stage, in addition to the rows of the funnel; null if nothing was read",
  ),
  artefacts: z
    .array(z.strictObject({ stage: z.string(), version: z.int(), artefact: z.string(), sha256: z.string() }))
    .describe("Output of each stage"),
  judged: JudgedRows.nullable().describe("Null if the stage quality asked no model"),
  rights: z.array(RightsSummary).nullable().describe("Null if the stage rights did not run"),
  personalData: z
    .strictObject({
      entities: z.array(EntitySummary),
      review: z.int().min(0).describe("Spans with a score too low to act on, for a person to check"),
      leaks: z.int().min(0).describe("Rows in which personal data was found after redaction"),
    })
    .nullable()
    .describe("Null if the stage redact did not run"),
  duplicates: z
    .strictObject({
      clusters: z.int().min(0).describe("Kept rows that have duplicates"),
      dropped: z.int().min(0).describe("Duplicates that were dropped"),
      largest: z.int().min(0).describe("Largest number of duplicates of one kept row"),
      sizes: z
        .array(z.strictObject({ from: z.int(), to: z.int(), clusters: z.int().min(1) }))
        .describe("Clusters by number of dropped rows, in powers of two"),
      samples: z.array(DuplicateSample).describe("The largest clusters"),
      findings: z.array(StageFinding).describe("Findings to check before the rows are used"),
    })
    .nullable()
    .describe("Null if the stage dedup did not run"),
  contamination: z.array(ContaminationSummary).nullable().describe("Null if the stage decontaminate did not run"),
  parts: z
    .array(z.strictObject({ part: z.string(), rows: z.int().min(1) }))
    .nullable()
    .describe("Rows by part; null if the stage split did not run"),
  rowsBySource: z.array(SourceRows).describe("Output rows, by source dataset"),
  languages: LanguageCounts.describe("Languages of the output rows"),
  profile: DatasetProfile.nullable().describe(
    "Profile of the output rows; null if none were written, or the file changed after the run",
  ),
  costs: z
    .array(
      z.strictObject({
        id: z.string().describe("Id of the cost line"),
        label: z.string().describe("Activity"),
        planned: Estimate.nullable().describe("Planned US dollars; null if unknown"),
        reason: z.string().nullable().describe("Why it is unknown or zero"),
        machineSec: z.number().min(0).nullable().describe("Seconds that its stages took; null if none ran"),
      }),
    )
    .describe("Data activities: the lines of the plan, and what the pipeline took. Spent money is not included"),
  datasheet: z
    .array(DatasheetFact)
    .describe("What compliance papers ask about the data: facts from the pipeline, and facts to supply"),
  missing: z.array(z.string()).describe("What this report cannot state, and which stage would supply it"),
});
export type DataReport = z.infer<typeof DataReport>;
