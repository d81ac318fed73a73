/** A file of rows that becomes visible only when it is complete. */
export type RowSink = {
  write: (rows: readonly Readonly<Record<string, unknown>>[]) => Promise<void>;
  /** Renames the file to its final path. */
  commit: () => Promise<void>;
  /** Discards the file; has no effect after `commit`. */
  abort: () => Promise<void>;
};
