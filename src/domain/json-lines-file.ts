import * as z from "zod";

/** Extensions of table formats that are not JSON lines, also compressed. */
const OTHER_FORMAT = /\.(?:csv|tsv|parquet|arrow|feather|ipc|xlsx?)(?:\.gz|\.zst)?$/i;

/**
 * Path of a file to which rows are written as JSON lines. The extension of another format is refused, because readers
 * rely on it.
 */
export const JsonLinesFile = z
  .string()
  .min(1)
  .refine((path) => !OTHER_FORMAT.test(path), {
    error: "Rows are written as JSON lines here: name a file .jsonl; tunewright data export writes other formats",
  });
