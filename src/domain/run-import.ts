import * as z from "zod";

/** Trackers that runs are imported from. */
export const ImportFormat = z
  .enum(["mlflow-server", "mlflow-folder", "mlflow-sqlite", "wandb", "wandb-export", "trackio"])
  .describe("What the source is");
export type ImportFormat = z.infer<typeof ImportFormat>;

/** What is to be imported. */
export const RunImportRequest = z.strictObject({
  source: z
    .string()
    .min(1)
    .describe(
      "Address of an MLflow server, folder mlruns, SQLite file of MLflow, folder wandb, exports of W&B, or Trackio's PROJECT.db",
    ),
  format: ImportFormat.optional().describe("What the source is; default: recognised"),
  skipArtifacts: z.boolean().default(false).describe("Leave the files of the runs where they are"),
});
export type RunImportRequest = z.infer<typeof RunImportRequest>;

/** What an import found and wrote. */
export const RunImport = z.strictObject({
  source: z.string().describe("Where it was read from"),
  format: ImportFormat,
  experiments: z.int().describe("Experiments that runs were found in"),
  runs: z.strictObject({
    found: z.int().describe("Runs at the source"),
    imported: z.int().describe("Runs that were new here"),
    updated: z.int().describe("Runs that were known and had changed, or had not been imported whole"),
    unchanged: z.int().describe("Runs that were imported whole before"),
  }),
  points: z.int().describe("Points that were read; one that is stored already is not stored again"),
  stored: z.int().describe("Points that the imported runs hold here now"),
  params: z.int().describe("Params at the source"),
  artifacts: z.strictObject({
    files: z.int().describe("Files that were copied"),
    bytes: z.number().describe("Their size"),
    known: z.int().describe("Files that were here already with that size"),
  }),
  skipped: z
    .array(z.strictObject({ what: z.string().describe("What was not read"), count: z.int() }))
    .describe("What could not be read, with its count"),
  agrees: z.boolean().describe("Every run of the source is here with every different point of it"),
});
export type RunImport = z.infer<typeof RunImport>;
