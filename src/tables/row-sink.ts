/** A file of rows that becomes visible only when it is complete. */
export type RowSink = {
  /**
   * Adds rows.
   *
   * @param texts  their JSON texts, each on one line, which preserve the digits of numbers. Default: serialised
   */
  write: (rows: readonly Readonly<Record<string, unknown>>[], texts?: readonly string[]) => Promise<void>;
  /** Renames the file to its final path. */
  commit: () => Promise<void>;
  /** Discards the file; has no effect after `commit`. */
  abort: () => Promise<void>;
};
