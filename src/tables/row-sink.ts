/** A file of rows being written that nobody sees before it is whole. */
export type RowSink = {
  write: (rows: readonly Readonly<Record<string, unknown>>[]) => Promise<void>;
  /** Puts the file in its place. */
  commit: () => Promise<void>;
  /** Forgets it; does nothing after `commit`. */
  abort: () => Promise<void>;
};
