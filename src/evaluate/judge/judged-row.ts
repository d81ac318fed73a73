/** A row labelled by a judge, with the human label if there is one. */
export type JudgedRow = {
  human: string | undefined;
  judge: string;
  /** The verdict with the answers in the other order. */
  swapped?: string | undefined;
  /** Length of the judged answer in characters. */
  length?: number | undefined;
  /** The answer was written by the judge's own model. */
  isOwn?: boolean | undefined;
};

/** Origin of human labels: a random sample of the rows, or other rows. */
export type LabelsFrom = "sample" | "elsewhere";
