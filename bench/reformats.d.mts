/** An item as it is re-formatted. */
export type Item = {
  question: string;
  answer: string;
  /** Answers to choose from, the right one among them. */
  choices?: readonly string[];
  /** A whole programme. */
  code?: string;
  /** Other questions, for a list. */
  others: readonly string[];
  seed: number;
};

/** Makes a row of an item; undefined if that changes nothing. */
export type Reformat = (item: Item) => Record<string, unknown> | undefined;

export const TEXT_FORMATS: Readonly<Record<string, Reformat>>;
export const CHOICE_FORMATS: Readonly<Record<string, Reformat>>;
export const CODE_FORMATS: Readonly<Record<string, Reformat>>;
