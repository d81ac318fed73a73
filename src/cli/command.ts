import type * as z from "zod";

import type { FlagGroup } from "./flag-groups.ts";
import type { Io } from "./io.ts";

/** What a command answers: the JSON of `--json`, the text of people, what to do next, and whether a check failed. */
export type Answer<Json = unknown> = {
  /** The one value that `--json` prints; an async iterable prints one JSON line per item. */
  json: Json | AsyncIterable<Json>;
  /** The answer as text for people; called only where it is printed. */
  text: () => string;
  /** Lines to print in its place, for an answer that is too long to hold or takes a while. */
  lines?: () => AsyncIterable<string>;
  /** A command to type next, shown on stderr as `next: ...`. */
  next?: string;
  /** Set where a gate or check ran and did not pass: said on stderr, exit code 5. */
  failed?: string;
  /** Set where there is an answer, and yet the command was cut off, met its cap or what it asked outside failed: exit code of its kind. */
  ended?: { kind: "interrupted" | "outside" | "over_budget"; message: string };
};

/** A command: its words and options (one zod schema), and the one function that answers. */
export type CommandDefinition<Options extends z.ZodObject = z.ZodObject, Output extends z.ZodType = z.ZodType> = {
  /** What it does, for its own help page: a sentence or two. */
  description: string;
  /** Fields of `options` that are positional arguments, in order; all others are flags in kebab case. */
  args: readonly (keyof Options["shape"] & string)[];
  options: Options;
  /** Headings of its help over its flags, in order; one heading for all where there are none. */
  groups?: readonly FlagGroup[];
  /** Shape of the JSON: of its one value, or of each of its lines. A description says which of several is printed when. */
  output: Output;
  /** Command lines that work, each with its words after `tunewright`. */
  examples: readonly string[];
  /** `given` names the fields that stood on the command line; the others hold their defaults. */
  run: (io: Io, options: z.output<Options>, given: ReadonlySet<string>) => Promise<Answer<z.output<Output>>>;
};

/** Types a definition by its schemas. */
export function defineCommand<Options extends z.ZodObject, Output extends z.ZodType>(
  definition: CommandDefinition<Options, Output>,
): CommandDefinition {
  return definition as unknown as CommandDefinition;
}
