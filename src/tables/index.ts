/**
 * `tunewright/tables`: rows of dataset files as streams with limits and line numbers (JSONL, JSON, CSV, Parquet, Arrow,
 * compressed or not), and rows written as JSONL, JSON or Parquet. A data engine is loaded only for the first file that
 * needs it.
 */
export { READ_LIMITS, type ReadLimits } from "./limits.ts";
export { openRowSink } from "./open-row-sink.ts";
export { type OpenOptions, openRows, type RowSource } from "./read-rows.ts";
export type { BadRow, RowBlock, RowItem } from "./row-block.ts";
export type { RowSink } from "./row-sink.ts";
