/** Extensions of dataset files, as listed in the help of a command; see `openRows`. */
export const DATASET_EXTENSIONS = ".jsonl, .json, .csv, .tsv (also .gz, .zst), .parquet, .arrow";

/** Help text of an argument that takes dataset files. */
export const DATASET_FILES = `Dataset files: ${DATASET_EXTENSIONS}`;
