/** Limits of the dataset readers: what lies beyond them is refused or counted as a finding, never read half. */
export type ReadLimits = {
  /** Longest row (JSONL line, CSV record, array element) in bytes; a longer one is a finding. */
  lineBytes: number;
  /** Most columns of a table or fields of a row. */
  columns: number;
  /** Bytes read at once; results do not depend on it. */
  chunkBytes: number;
};

/**
 * Defaults. 16 MiB holds a row of four million tokens, more than any model's context; a training row has a handful of
 * fields, so ten thousand columns are a file of another kind.
 */
export const READ_LIMITS: ReadLimits = { lineBytes: 16 * 2 ** 20, columns: 10_000, chunkBytes: 4 * 2 ** 20 };
