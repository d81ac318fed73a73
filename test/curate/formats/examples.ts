import type { DatasetFormat } from "../../../src/domain/canonical-row.ts";

const TOOL = {
  name: "weather",
  description: "Weather of a city",
  parameters: { type: "object", properties: { city: { type: "string" } } },
};
const WRAPPED = { type: "function", function: TOOL };

/** Rows as the documentation of each format has them, with all that it knows. */
export const EXAMPLES: readonly { name: string; format: DatasetFormat; row: Readonly<Record<string, unknown>> }[] = [
  { name: "text", format: "text", row: { text: "The sky is blue." } },
  { name: "text under another name", format: "text", row: { url: "https://example.org", content: "The sky is blue." } },
  { name: "a prompt", format: "prompt", row: { prompt: "The sky is" } },
  {
    name: "a prompt of messages",
    format: "prompt",
    row: { prompt: [{ role: "user", content: "What color is the sky?" }] },
  },
  { name: "prompt and completion", format: "prompt-completion", row: { prompt: "The sky is", completion: " blue." } },
  {
    name: "prompt and completion of messages",
    format: "prompt-completion",
    row: {
      prompt: [{ role: "user", content: "What color is the sky?" }],
      completion: [{ role: "assistant", content: "It is blue." }],
    },
  },
  { name: "question and answer", format: "prompt-completion", row: { question: "2 + 2?", answer: "4", id: 7 } },
  { name: "a text and its class", format: "prompt-completion", row: { text: "late again", label: 3 } },
  {
    name: "OpenAI: weights, a call as text, an answer of the tool",
    format: "messages",
    row: {
      messages: [
        { role: "system", content: "Be short." },
        {
          role: "user",
          content: [
            { type: "text", text: "Weather here?" },
            { type: "image_url", image_url: { url: "data:," } },
          ],
        },
        {
          role: "assistant",
          content: null,
          tool_calls: [
            { id: "call_1", type: "function", function: { name: "weather", arguments: '{"city": "Paris"}' } },
          ],
        },
        { role: "tool", tool_call_id: "call_1", content: "sunny" },
        { role: "assistant", content: "Sunny.", weight: 0 },
        { role: "user", content: "Sure?", name: "ann" },
        { role: "assistant", content: "Yes.", weight: 1 },
      ],
      tools: [WRAPPED],
      parallel_tool_calls: false,
    },
  },
  {
    name: "TRL: thinking and a call of a tool",
    format: "messages",
    row: {
      messages: [
        { role: "user", content: "Weather in Paris?" },
        {
          role: "assistant",
          thinking: "I have a tool for that.",
          tool_calls: [{ type: "function", function: { name: "weather", arguments: { city: "Paris" } } }],
        },
        { role: "tool", name: "weather", content: "sunny" },
        { role: "assistant", content: "Sunny." },
      ],
      tools: [WRAPPED],
    },
  },
  {
    name: "messages with reasoning under another name, as a cell of a table",
    format: "messages",
    row: {
      messages: JSON.stringify([
        { role: "user", content: "2 + 2?" },
        { role: "assistant", reasoning_content: "Two and two.", content: "4" },
      ]),
      split: "train",
    },
  },
  {
    name: "ChatML with the content first",
    format: "messages",
    row: {
      type: "chatml",
      messages: [
        { content: "Hi", role: "user" },
        { content: "Hello", role: "assistant" },
      ],
    },
  },
  {
    name: "the older function call",
    format: "messages",
    row: {
      messages: [
        { role: "user", content: "Weather?" },
        { role: "assistant", content: null, function_call: { name: "weather", arguments: "{}" } },
        { role: "function", name: "weather", content: "sunny" },
      ],
      functions: [TOOL],
    },
  },
  {
    name: "ShareGPT with a call as Python writes it",
    format: "sharegpt",
    row: {
      conversations: [
        { from: "human", value: "Weather in Paris?" },
        { from: "function_call", value: '{"name": "weather", "arguments": {"city": "Paris"}}' },
        { from: "observation", value: '{"sky": "blue"}' },
        { from: "gpt", value: "Blue." },
      ],
      system: "Be short.",
      tools: JSON.stringify([TOOL]),
    },
  },
  {
    name: "ShareGPT with other names of the speakers and a broken call",
    format: "sharegpt",
    row: {
      id: "x1",
      conversations: [
        { from: "system", value: "Be short." },
        { from: "user", value: "Hi", markdown: null },
        { from: "chatgpt", value: "Hello" },
        { from: "narrator", value: "It rains." },
        { from: "function_call", value: "weather(Paris)" },
      ],
    },
  },
  {
    name: "ShareGPT preference",
    format: "sharegpt",
    row: {
      conversations: [{ from: "human", value: "Hi" }],
      chosen: { from: "gpt", value: "Hello" },
      rejected: { from: "gpt", value: "No" },
    },
  },
  {
    name: "ShareGPT with a KTO tag",
    format: "sharegpt",
    row: {
      conversations: [
        { from: "human", value: "Hi" },
        { from: "gpt", value: "Hello" },
      ],
      kto_tag: true,
    },
  },
  { name: "Alpaca", format: "alpaca", row: { instruction: "Translate to German", input: "blue", output: "blau" } },
  {
    name: "Alpaca with history, system and KTO tag",
    format: "alpaca",
    row: {
      instruction: "And red?",
      input: "",
      output: "rot",
      system: "You translate.",
      history: [["Blue?", "blau"]],
      kto_tag: false,
    },
  },
  {
    name: "Alpaca preference",
    format: "alpaca",
    row: { instruction: "Translate", input: "blue", chosen: "blau", rejected: "grün", source: "demo" },
  },
  {
    name: "Dolly",
    format: "alpaca",
    row: { instruction: "When?", context: "It was 1999.", response: "In 1999.", category: "closed_qa" },
  },
  {
    name: "TRL preference",
    format: "preference",
    row: { prompt: "The sky is", chosen: " blue.", rejected: " green." },
  },
  {
    name: "TRL preference, implicit prompt",
    format: "preference",
    row: { chosen: "The sky is blue.", rejected: "The sky is green." },
  },
  {
    name: "TRL preference of messages",
    format: "preference",
    row: {
      prompt: [{ role: "user", content: "Sky?" }],
      chosen: [{ role: "assistant", content: "Blue." }],
      rejected: [{ role: "assistant", content: "Green." }],
    },
  },
  {
    name: "TRL preference of messages, implicit prompt",
    format: "preference",
    row: {
      prompt: "Sky?",
      chosen: [
        { role: "user", content: "Sky?" },
        { role: "assistant", content: "Blue." },
      ],
      rejected: [
        { role: "user", content: "Sky?" },
        { role: "assistant", content: "Green." },
      ],
      score_chosen: 8,
    },
  },
  {
    name: "OpenAI preference",
    format: "openai-preference",
    row: {
      input: { messages: [{ role: "user", content: "Sky?" }], tools: [], parallel_tool_calls: true },
      preferred_output: [{ role: "assistant", content: "Blue." }],
      non_preferred_output: [{ role: "assistant", content: "Green." }],
    },
  },
  { name: "KTO", format: "kto", row: { prompt: "The sky is", completion: " blue.", label: true } },
  {
    name: "KTO of messages in one list",
    format: "kto",
    row: {
      messages: [
        { role: "user", content: "Sky?" },
        { role: "assistant", content: "Green." },
      ],
      label: false,
    },
  },
  {
    name: "LLaMA-Factory v1",
    format: "llama-factory-v1",
    row: {
      messages: [
        {
          role: "user",
          content: [
            { type: "text", value: "Weather?" },
            { type: "image_url", value: "a.png" },
          ],
          loss_weight: 0,
        },
        {
          role: "assistant",
          content: [
            { type: "reasoning", value: "I have a tool." },
            { type: "tool_call", value: '{"name": "weather", "arguments": {"city": "Paris"}}' },
          ],
          loss_weight: 1,
        },
        { role: "tool", content: [{ type: "text", value: "sunny" }], loss_weight: 0 },
        { role: "assistant", content: [{ type: "text", value: "Sunny." }], loss_weight: 0.5 },
      ],
      tools: JSON.stringify([TOOL]),
    },
  },
  {
    name: "LLaMA-Factory v1 preference",
    format: "llama-factory-v1",
    row: {
      chosen_messages: [
        { role: "user", content: [{ type: "text", value: "Sky?" }], loss_weight: 0 },
        { role: "assistant", content: [{ type: "text", value: "Blue." }], loss_weight: 1 },
      ],
      rejected_messages: [
        { role: "user", content: [{ type: "text", value: "Sky?" }], loss_weight: 0 },
        { role: "assistant", content: [{ type: "text", value: "Green." }], loss_weight: 1 },
      ],
    },
  },
  {
    name: "Data-Juicer",
    format: "query-response",
    row: { system: "s", instruction: "Translate", query: "blue", response: "blau", history: [["a", "b"]] },
  },
  {
    name: "Swift query and response",
    format: "query-response",
    row: { query: "Sky?", response: "Blue.", history: [] },
  },
  {
    name: "Swift pairs",
    format: "pairs",
    row: {
      system: "s",
      conversation: [
        { human: "a", assistant: "b" },
        { human: "c", assistant: "d" },
      ],
    },
  },
  {
    name: "answers to choose from",
    format: "candidates",
    row: { prompt: "Capital of France?", answer1: "Paris", answer2: "Lyon" },
  },
  {
    name: "steps with labels",
    format: "candidates",
    row: { prompt: "9.8 or 9.11?", completions: ["0.8 is more than 0.11.", "So 9.8."], labels: [true, true] },
  },
  {
    name: "Axolotl segments",
    format: "segments",
    row: {
      segments: [
        { label: false, text: "<s>2 + 2 = " },
        { label: true, text: "4</s>" },
      ],
    },
  },
  {
    name: "Axolotl: turns that are learnt or not",
    format: "messages",
    row: {
      messages: [
        { role: "user", content: "Hi", train: false },
        { role: "assistant", content: "Hello", train: false },
        { role: "user", content: "2 + 2?", train: false },
        { role: "assistant", reasoning_content: "Two and two.", content: "4", train: true },
      ],
    },
  },
  {
    name: "Axolotl preference",
    format: "preference",
    row: {
      messages: [{ role: "user", content: "Sky?" }],
      chosen: { role: "assistant", content: "Blue." },
      rejected: { role: "assistant", content: "Green." },
    },
  },
  {
    name: "messages as a table has them, with nulls",
    format: "messages",
    row: {
      messages: [
        { role: "user", content: "Weather?", tool_calls: null, name: null, thinking: null },
        {
          role: "assistant",
          content: null,
          tool_calls: [{ type: "function", function: { name: "weather", arguments: { city: "Paris" } } }],
          name: null,
          thinking: null,
        },
      ],
      tools: null,
    },
  },
];
