/** Limits of the dataset readers: what lies beyond them is refused or counted as a finding, never read half. */
export type ReadLimits = {
  /** Longest row (JSONL line, CSV record, array element) in bytes; a longer one is a finding. */
  lineBytes: number;
  /** Maximum number of columns of a table or fields of a row. */
  columns: number;
  /** Bytes read at once; results do not depend on it. */
  chunkBytes: number;
};

/**
 * Default limits. 16 MiB hold a row of four million tokens, more than any model's context; a training row has a handful
 * of fields, so a file with ten thousand columns is of another kind.
 */
export const READ_LIMITS: ReadLimits = { lineBytes: 16 * 2 ** 20, columns: 10_000, chunkBytes: 4 * 2 ** 20 };
