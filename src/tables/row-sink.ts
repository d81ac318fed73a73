/** A file of rows that becomes visible only when it is complete. */
export type RowSink = {
  /**
   * Adds rows.
   *
   * @param texts  their JSON texts, on one line each: numbers are written with the digits that they have there. Default:
   *   serialised
   */
  write: (rows: readonly Readonly<Record<string, unknown>>[], texts?: readonly string[]) => Promise<void>;
  /** Renames the file to its final path. */
  commit: () => Promise<void>;
  /** Discards the file; has no effect after `commit`. */
  abort: () => Promise<void>;
};
