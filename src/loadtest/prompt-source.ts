import type { LoadTestResult } from "../domain/loadtest-result.ts";

/** A request to be sent: its prompt, its maximum length, and its due time in a trace. */
export type Prompt = {
  content: { messages: readonly unknown[] } | { prompt: string };
  /** Maximum number of tokens of the answer. */
  maxTokens: number;
  /** Approximate number of input tokens, for the worst-case price: words, or a quarter of the characters. */
  aboutTokens: number;
  /** Seconds from the first row of a trace; otherwise undefined. */
  dueSec: number | undefined;
};

/** Prompts in order, infinite unless they are a trace, and their description. */
export type PromptSource = {
  next: () => Promise<Prompt | undefined>;
  dataset: LoadTestResult["dataset"];
  /** Number of times that the file was restarted. */
  repeats: () => number;
  /** Closes the file. */
  close: () => Promise<void>;
};
