/** A row that a judge labelled; the label of a person if there is one. */
export type JudgedRow = {
  human: string | undefined;
  judge: string;
  /** The verdict with the answers in the other order. */
  swapped?: string | undefined;
  /** Characters of the answer that is judged. */
  length?: number | undefined;
  /** The answer was written by the judge's own model. */
  isOwn?: boolean | undefined;
};

/** Where labels of people come from: a random sample of the rows, or other rows. */
export type LabelsFrom = "sample" | "elsewhere";
