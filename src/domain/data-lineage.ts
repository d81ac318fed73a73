import * as z from "zod";

import { SplitPart } from "./split.ts";

/** A dataset file from which rows were read. */
export const LineageSource = z.strictObject({
  source: z.string().describe("Path in the programme folder"),
  sha256: z.string().describe("SHA-256 of the file when it was read"),
  bytes: z.int().min(0).describe("Its size"),
  licence: z.string().nullable().describe("Licence stated in programme.yaml; null if none is stated"),
  origin: z
    .string()
    .nullable()
    .describe("Origin of the rows, as stated in programme.yaml; null if the file is no longer listed"),
});
export type LineageSource = z.infer<typeof LineageSource>;

/** A stage of a data run. */
export const LineageStage = z.strictObject({
  stage: z.string().describe("Name of the stage"),
  version: z.int().min(0).describe("Version of its code"),
  options: z.record(z.string(), z.unknown()).describe("Its options"),
  files: z.record(z.string(), z.string()).describe("Files that it read in addition to the rows, with their SHA-256"),
  artefact: z.string().describe("Folder of its output, below .tunewright/artefacts"),
  input: z.string().nullable().describe("Hash of the input rows; null for the stage read"),
  sha256: z.string().describe("Hash of the output rows"),
  rowsIn: z.int().min(0),
  rowsKept: z.int().min(0),
  bytesKept: z.int().min(0).describe("Size of the output rows, with their ids"),
  dropped: z.array(z.strictObject({ reason: z.string(), rows: z.int().min(1) })).describe("Dropped rows by reason"),
  startedAt: z.iso.datetime().describe("When its first shard was written"),
  endedAt: z.iso.datetime().describe("When its manifest was written"),
});
export type LineageStage = z.infer<typeof LineageStage>;

/** Type of a field's values. */
export const FieldType = z.enum(["text", "integer", "float", "boolean", "list", "object", "mixed"]);
export type FieldType = z.infer<typeof FieldType>;

/** A field of the output rows. */
export const LineageField = z.strictObject({
  name: z.string(),
  type: FieldType.describe("Types found in the first shard"),
  inner: z
    .array(z.strictObject({ name: z.string(), type: FieldType }))
    .describe("Fields of an object, or of the objects in a list; otherwise empty"),
});
export type LineageField = z.infer<typeof LineageField>;

/** An output file. */
export const LineageFile = z.strictObject({
  path: z.string(),
  sha256: z.string(),
  bytes: z.int().min(0),
  rows: z.int().min(0),
  part: SplitPart.nullable().describe("The part of the split in the file; null if it contains all rows"),
});
export type LineageFile = z.infer<typeof LineageFile>;

/** Origins of the rows of a programme, and their processing in the stages. */
export const DataLineage = z.strictObject({
  name: z.string().describe("Name of the programme"),
  description: z.string().nullable().describe("Intended use; null if programme.yaml does not state it"),
  sources: z.array(LineageSource),
  stages: z.array(LineageStage).describe("Stages in order, `read` first"),
  fields: z.array(LineageField).describe("Fields of the output rows, from the first shard"),
  out: LineageFile.nullable().describe(
    "Output file; with a split, the training part. Null if no run was completed, or a later one produced other rows",
  ),
  parts: z.array(LineageFile).describe("Files of the other parts of a split: validation and test rows"),
});
export type DataLineage = z.infer<typeof DataLineage>;

/** Effect of a stage on one row. */
export const RowStep = z.strictObject({
  stage: z.string(),
  artefact: z.string(),
  shard: z.int().min(0),
  outcome: z.enum(["kept", "changed", "dropped"]).describe("`changed`: the row continues with changed fields"),
  reason: z.string().nullable().describe("Why the row was dropped"),
  detail: z.string().nullable().describe("Evidence"),
  notes: z.array(z.record(z.string(), z.unknown())).describe("Notes of the stage on the row"),
});
export type RowStep = z.infer<typeof RowStep>;

/** Origin of one row, and each stage that processed it. */
export const RowLineage = z.strictObject({
  id: z.string(),
  source: z.string().describe("Dataset of the row"),
  line: z.int().min(1).describe("Line in the dataset"),
  licence: z
    .string()
    .nullable()
    .describe("Licence noted by the stage `rights`; otherwise that of the source in programme.yaml"),
  steps: z.array(RowStep).describe("Stages in order, up to the one that dropped the row"),
});
export type RowLineage = z.infer<typeof RowLineage>;
