import type { LoadTestResult } from "../domain/loadtest-result.ts";

/** One request to be made: what is asked, how long the answer may be, and when it is due in a trace. */
export type Prompt = {
  content: { messages: readonly unknown[] } | { prompt: string };
  /** Most tokens of the answer. */
  maxTokens: number;
  /** About how many tokens it has, for the worst case of its price: words, or a quarter of its characters. */
  aboutTokens: number;
  /** Seconds from the first row of a trace; undefined elsewhere. */
  dueSec: number | undefined;
};

/** Prompts in order, without end but for a trace, and what they are. */
export type PromptSource = {
  next: () => Promise<Prompt | undefined>;
  dataset: LoadTestResult["dataset"];
  /** Times that the file has been begun again. */
  repeats: () => number;
  /** Closes the file that is read. */
  close: () => Promise<void>;
};
