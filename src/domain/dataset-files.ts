/** Extensions of the files that hold a dataset, as the help of a command names them: see `openRows`. */
export const DATASET_EXTENSIONS = ".jsonl, .json, .csv, .tsv (also .gz, .zst), .parquet, .arrow";

/** Help of an argument that takes dataset files. */
export const DATASET_FILES = `Dataset files: ${DATASET_EXTENSIONS}`;
