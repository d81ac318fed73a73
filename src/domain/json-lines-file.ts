import * as z from "zod";

/** Endings of table formats that hold no JSON lines, also compressed. */
const OTHER_FORMAT = /\.(?:csv|tsv|parquet|arrow|feather|ipc|xlsx?)(?:\.gz|\.zst)?$/i;

/** Path of a file that rows are written to as JSON lines; a name of another format is refused, since readers go by it. */
export const JsonLinesFile = z
  .string()
  .min(1)
  .refine((path) => !OTHER_FORMAT.test(path), {
    error: "Rows are written as JSON lines here: name a file .jsonl; tunewright data export writes other formats",
  });
