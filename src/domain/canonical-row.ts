import * as z from "zod";

/** Formats of dataset rows that can be read and written. */
export const DatasetFormat = z
  .enum([
    "text",
    "prompt",
    "prompt-completion",
    "messages",
    "sharegpt",
    "alpaca",
    "preference",
    "openai-preference",
    "kto",
    "llama-factory-v1",
    "query-response",
    "pairs",
    "candidates",
    "segments",
  ])
  .describe("Format of a dataset row");
export type DatasetFormat = z.infer<typeof DatasetFormat>;

const Beside = z
  .record(z.string(), z.unknown())
  .optional()
  .describe("Fields that the format does not define, unchanged");

/** A tool call of the assistant. */
export const ToolCall = z.strictObject({
  id: z.string().optional(),
  name: z.string().describe("Name of the tool; empty if the value was not a call"),
  arguments: z.unknown().describe("JSON value; a string if it is not a JSON object or list"),
  beside: Beside,
});
export type ToolCall = z.infer<typeof ToolCall>;

/** One message of a dialogue, in the terms of the chat API from which most formats derive. */
export const ChatMessage = z.strictObject({
  role: z.string().describe("system, developer, user, assistant or tool; any other role is kept unchanged"),
  content: z
    .union([z.string(), z.array(z.record(z.string(), z.unknown()))])
    .optional()
    .describe("Text, or parts: {type: text, text}, {type: image_url, image_url: {url}}"),
  input: z
    .string()
    .optional()
    .describe(
      "Second text of a message, as in Alpaca; joined to the content with a line break if the format has no field for it",
    ),
  thinking: z.string().optional().describe("Reasoning of the assistant before its answer"),
  tool_calls: z.array(ToolCall).optional(),
  tool_call_id: z.string().optional().describe("Id of the call that a tool answers"),
  name: z.string().optional().describe("Name of the speaker or the tool"),
  weight: z.number().optional().describe("Weight in the loss; default: 1 for the assistant and 0 for others"),
  beside: Beside,
});
export type ChatMessage = z.infer<typeof ChatMessage>;

/** Plain text without a template, or messages. */
export const Turns = z.union([z.string(), z.array(ChatMessage)]);
export type Turns = z.infer<typeof Turns>;

/**
 * Layout of a row in its source, so that it can be written identically: its format, the options of the format, and
 * deviations from these. A deviation applies only while the value is unchanged.
 */
export const NativeRow = z.strictObject({
  format: DatasetFormat,
  style: z.record(z.string(), z.string()).optional().describe("Options of the format: names of fields, JSON as text"),
  differences: z
    .array(
      z.strictObject({
        at: z.array(z.union([z.string(), z.int()])).describe("Path to the value; * for every item of a list"),
        keys: z.array(z.string()).optional().describe("Order of the keys at that path"),
        json: z.enum(["spaced", "ascii"]).optional().describe("How the JSON in that text was written"),
        was: z.unknown().optional().describe("What the format would write; default: nothing"),
        is: z.unknown().optional().describe("What the source contained; default: nothing"),
      }),
    )
    .optional(),
});
export type NativeRow = z.infer<typeof NativeRow>;

const common = {
  tools: z.unknown().optional().describe("Available tools: a list of JSON Schema functions"),
  beside: Beside,
  native: NativeRow.optional(),
};

/** A row of any format in a common form, with everything that the row contained. */
export const CanonicalRow = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("text"), text: z.string(), ...common }),
  z.strictObject({ kind: z.literal("prompt"), prompt: Turns, ...common }),
  z.strictObject({ kind: z.literal("completion"), prompt: Turns, completion: Turns, ...common }),
  z.strictObject({ kind: z.literal("chat"), messages: z.array(ChatMessage), ...common }),
  z.strictObject({
    kind: z.literal("preference"),
    prompt: Turns.optional().describe("Omitted if it is part of both texts"),
    chosen: Turns,
    rejected: Turns,
    ...common,
  }),
  z.strictObject({ kind: z.literal("label"), prompt: Turns, completion: Turns, label: z.boolean(), ...common }),
  z.strictObject({
    kind: z.literal("candidates"),
    prompt: Turns,
    completions: z.array(Turns).describe("Several answers, or the steps of one"),
    labels: z.array(z.boolean()).optional(),
    ...common,
  }),
]);
export type CanonicalRow = z.infer<typeof CanonicalRow>;
