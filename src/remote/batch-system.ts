/** A cluster that runs a command repeatedly with an index, on machines that share a folder. */
export type BatchSystem = {
  name: string;
  /**
   * Runs a command with each index from 0 added to it, and waits until all have ended, in whatever way.
   *
   * @returns what the system says of those that failed; undefined if it says nothing
   * @throws Failure outside if the system itself fails
   */
  run: (
    command: readonly string[],
    array: { batches: number; workers: number; folder: string },
  ) => Promise<string | undefined>;
};
