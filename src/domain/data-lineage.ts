import * as z from "zod";

import { SplitPart } from "./split.ts";

/** A dataset file that rows came from. */
export const LineageSource = z.strictObject({
  source: z.string().describe("Path in the programme folder"),
  sha256: z.string().describe("SHA-256 of the file as it was read"),
  bytes: z.int().min(0).describe("Its size"),
  licence: z.string().nullable().describe("Licence that programme.yaml states; null where it states none"),
  origin: z
    .string()
    .nullable()
    .describe("Where its rows come from, as programme.yaml states; null where it is not listed any more"),
});
export type LineageSource = z.infer<typeof LineageSource>;

/** A stage that rows went through. */
export const LineageStage = z.strictObject({
  stage: z.string().describe("Name of the stage"),
  version: z.int().min(0).describe("Version of its code"),
  options: z.record(z.string(), z.unknown()).describe("Its options"),
  files: z.record(z.string(), z.string()).describe("Files that it read in addition to the rows, with their SHA-256"),
  artefact: z.string().describe("Folder of what it made, below .tunewright/artefacts"),
  input: z.string().nullable().describe("Hash of the rows that came in; null for the reading"),
  sha256: z.string().describe("Hash of the rows that it let through"),
  rowsIn: z.int().min(0),
  rowsKept: z.int().min(0),
  bytesKept: z.int().min(0).describe("Size of the rows that it let through, with their ids"),
  dropped: z.array(z.strictObject({ reason: z.string(), rows: z.int().min(1) })).describe("Dropped rows by reason"),
  startedAt: z.iso.datetime().describe("When its first shard was written"),
  endedAt: z.iso.datetime().describe("When its manifest was written"),
});
export type LineageStage = z.infer<typeof LineageStage>;

/** What values of a field are. */
export const FieldType = z.enum(["text", "integer", "float", "boolean", "list", "object", "mixed"]);
export type FieldType = z.infer<typeof FieldType>;

/** A field of the rows that came through. */
export const LineageField = z.strictObject({
  name: z.string(),
  type: FieldType.describe("What the rows of the first shard hold in it"),
  inner: z
    .array(z.strictObject({ name: z.string(), type: FieldType }))
    .describe("Fields of an object, or of the objects in a list; empty otherwise"),
});
export type LineageField = z.infer<typeof LineageField>;

/** A file that rows were written to. */
export const LineageFile = z.strictObject({
  path: z.string(),
  sha256: z.string(),
  bytes: z.int().min(0),
  rows: z.int().min(0),
  part: SplitPart.nullable().describe("The part of the split that it holds; null where it holds all rows"),
});
export type LineageFile = z.infer<typeof LineageFile>;

/** Where the rows of a programme come from, and what was done with them. */
export const DataLineage = z.strictObject({
  name: z.string().describe("Name of the programme"),
  description: z.string().nullable().describe("What it is for; null where programme.yaml does not say"),
  sources: z.array(LineageSource),
  stages: z.array(LineageStage).describe("In their order, `read` first"),
  fields: z.array(LineageField).describe("Fields of the rows that came through, by the first shard"),
  out: LineageFile.nullable().describe(
    "The file that the rows were written to, of a split those to train on; null where no run has come to its end, or a later one made others",
  ),
  parts: z.array(LineageFile).describe("Files of the other parts of a split: rows to validate and to test with"),
});
export type DataLineage = z.infer<typeof DataLineage>;

/** What a stage did with one row. */
export const RowStep = z.strictObject({
  stage: z.string(),
  artefact: z.string(),
  shard: z.int().min(0),
  outcome: z.enum(["kept", "changed", "dropped"]).describe("`changed`: it goes on with other fields"),
  reason: z.string().nullable().describe("Why it was dropped"),
  detail: z.string().nullable().describe("What was seen"),
  notes: z.array(z.record(z.string(), z.unknown())).describe("What the stage noted on it"),
});
export type RowStep = z.infer<typeof RowStep>;

/** Where one row comes from, and each stage that touched it. */
export const RowLineage = z.strictObject({
  id: z.string(),
  source: z.string().describe("Dataset that it came from"),
  line: z.int().min(1).describe("Line there"),
  licence: z
    .string()
    .nullable()
    .describe("Licence that the stage `rights` noted, else that of the source in programme.yaml"),
  steps: z.array(RowStep).describe("Stages in their order, up to the one that dropped it"),
});
export type RowLineage = z.infer<typeof RowLineage>;
