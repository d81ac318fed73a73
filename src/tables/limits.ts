/** Limits of the dataset readers. Data beyond a limit are refused or counted as a finding, never read partially. */
export type ReadLimits = {
  /** Maximum length of a row (JSONL line, CSV record, array element) in bytes; a longer one is a finding. */
  lineBytes: number;
  /** Maximum number of columns of a table or fields of a row. */
  columns: number;
  /** Number of bytes read at once, which does not affect the results. */
  chunkBytes: number;
};

/**
 * Default limits. 16 MiB hold a row of four million tokens, more than any model's context. A training row has a handful
 * of fields, so a file with ten thousand columns is not a training file.
 */
export const READ_LIMITS: ReadLimits = { lineBytes: 16 * 2 ** 20, columns: 10_000, chunkBytes: 4 * 2 ** 20 };
