/** A cluster that runs a command repeatedly with an index, on machines that share a folder. */
export type BatchSystem = {
  name: string;
  /**
   * Runs a command once per index, which starts at 0 and is appended to the command, and waits until all have ended,
   * successfully or not.
   *
   * @returns the system's report on those that failed; undefined if it has none
   * @throws Failure outside if the system itself fails
   */
  run: (
    command: readonly string[],
    array: { batches: number; workers: number; folder: string },
  ) => Promise<string | undefined>;
};
