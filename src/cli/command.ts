import type * as z from "zod";

import type { FlagGroup } from "./flag-groups.ts";
import type { Io } from "./io.ts";

/** Result of a command: the JSON for `--json`, the text, the next step, and whether a check failed. */
export type Answer<Json = unknown> = {
  /** The value that `--json` prints; an async iterable prints one JSON line per item. */
  json: Json | AsyncIterable<Json>;
  /** The result as text; called only if it is printed. */
  text: () => string;
  /** Lines to print instead, for a result that is too long to hold in memory or takes a while. */
  lines?: () => AsyncIterable<string>;
  /** Suggested next command, shown on stderr as `next: ...`. */
  next?: string;
  /** Set if a gate or check ran and failed: reported on stderr, exit code 5. */
  failed?: string;
  /**
   * Set if there is a result although the command was interrupted, reached its cap or an external system failed. The
   * exit code is that of its kind.
   */
  ended?: { kind: "interrupted" | "outside" | "over_budget"; message: string };
};

/** A command: its words and options (one zod schema), and its function. */
export type CommandDefinition<Options extends z.ZodObject = z.ZodObject, Output extends z.ZodType = z.ZodType> = {
  /** Description for its help page, one or two sentences. */
  description: string;
  /** Fields of `options` that are positional arguments, in order; all others are flags in kebab case. */
  args: readonly (keyof Options["shape"] & string)[];
  options: Options;
  /** Headings of its help with their flags, in order; without them, one heading for all. */
  groups?: readonly FlagGroup[];
  /**
   * Schema of the JSON: of the single value, or of each line. If there are several, the description says when each is
   * printed.
   */
  output: Output;
  /** Working command lines without `tunewright`. */
  examples: readonly string[];
  /** `given` contains the fields given on the command line; the others have their defaults. */
  run: (io: Io, options: z.output<Options>, given: ReadonlySet<string>) => Promise<Answer<z.output<Output>>>;
};

/** Infers the types of a definition from its schemas. */
export function defineCommand<Options extends z.ZodObject, Output extends z.ZodType>(
  definition: CommandDefinition<Options, Output>,
): CommandDefinition {
  return definition as unknown as CommandDefinition;
}
