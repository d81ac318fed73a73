import * as z from "zod";

/** Formats of dataset rows that are read and written. */
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
  .describe("Fields that the format does not know, as they stood");

/** A tool that the assistant calls. */
export const ToolCall = z.strictObject({
  id: z.string().optional(),
  name: z.string().describe("Name of the tool; empty where what stood there is no call"),
  arguments: z.unknown().describe("JSON value; a text where it is not a JSON object or list"),
  beside: Beside,
});
export type ToolCall = z.infer<typeof ToolCall>;

/** One message of a dialogue, in the words of the chat API that most formats come from. */
export const ChatMessage = z.strictObject({
  role: z.string().describe("system, developer, user, assistant, tool; any other as it stood"),
  content: z
    .union([z.string(), z.array(z.record(z.string(), z.unknown()))])
    .optional()
    .describe("Text, or parts: {type: text, text}, {type: image_url, image_url: {url}}"),
  input: z
    .string()
    .optional()
    .describe(
      "Second text of a message, as Alpaca has it: joined to the content by a line break where there is no place for it",
    ),
  thinking: z.string().optional().describe("What the assistant thinks before it answers"),
  tool_calls: z.array(ToolCall).optional(),
  tool_call_id: z.string().optional().describe("Call that a tool answers"),
  name: z.string().optional().describe("Name of the speaker or the tool"),
  weight: z.number().optional().describe("Weight in the loss; default: 1 for the assistant and 0 for others"),
  beside: Beside,
});
export type ChatMessage = z.infer<typeof ChatMessage>;

/** Plain text without a template, or messages. */
export const Turns = z.union([z.string(), z.array(ChatMessage)]);
export type Turns = z.infer<typeof Turns>;

/**
 * How a row stood before it was read, so that it can be written the same again: its format, the choices of it, and what
 * the two do not tell. A difference holds only where the value is still what it was.
 */
export const NativeRow = z.strictObject({
  format: DatasetFormat,
  style: z.record(z.string(), z.string()).optional().describe("Choices of the format: names of fields, JSON as text"),
  differences: z
    .array(
      z.strictObject({
        at: z.array(z.union([z.string(), z.int()])).describe("Way to the value; * for every item of a list"),
        keys: z.array(z.string()).optional().describe("Order of the keys there"),
        json: z.enum(["spaced", "ascii"]).optional().describe("How the JSON in that text was written"),
        was: z.unknown().optional().describe("What the format would write; default: nothing"),
        is: z.unknown().optional().describe("What stood there; default: nothing"),
      }),
    )
    .optional(),
});
export type NativeRow = z.infer<typeof NativeRow>;

const common = {
  tools: z.unknown().optional().describe("Tools that may be called: a list of JSON Schema functions"),
  beside: Beside,
  native: NativeRow.optional(),
};

/** A row of any format in one form, with all that the row held. */
export const CanonicalRow = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("text"), text: z.string(), ...common }),
  z.strictObject({ kind: z.literal("prompt"), prompt: Turns, ...common }),
  z.strictObject({ kind: z.literal("completion"), prompt: Turns, completion: Turns, ...common }),
  z.strictObject({ kind: z.literal("chat"), messages: z.array(ChatMessage), ...common }),
  z.strictObject({
    kind: z.literal("preference"),
    prompt: Turns.optional().describe("Left out where it is part of both texts"),
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
