import type { CommandDefinition } from "./command.ts";

/** A command as the top-level help needs it: nothing of it is imported until it is called. */
export type Registered = {
  /** Words after `tunewright`. */
  path: readonly string[];
  summary: string;
  load: () => Promise<{ default: CommandDefinition }>;
};

/** Summaries of the groups, in the order of the help. */
export const GROUPS: Readonly<Record<string, string>> = {
  plan: "estimate memory, time, cost, method and budget before anything is bought",
  prices: "the dated price book of GPUs and APIs",
  models: "shapes of open-weights models",
  gpus: "GPUs with their specified and measured rates",
  data: "look at dataset files",
};

/** Every command. Each file of `commands/` stands here once; a test compares. */
export const COMMANDS: readonly Registered[] = [];
