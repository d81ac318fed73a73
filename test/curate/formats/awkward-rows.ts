import type { Fields } from "../../../src/curate/formats/row-format.ts";

const u = (content: unknown): Fields => ({ role: "user", content });
const a = (content: unknown, more: Fields = {}): Fields => ({ role: "assistant", content, ...more });
const call = (name: unknown, args: unknown, id?: string): Fields => ({
  role: "assistant",
  content: null,
  tool_calls: [{ ...(id === undefined ? {} : { id }), type: "function", function: { name, arguments: args } }],
});
const tool = (content: unknown, id?: string): Fields => ({
  role: "tool",
  content,
  ...(id === undefined ? {} : { tool_call_id: id }),
});
const TOOLS = [{ type: "function", function: { name: "weather", parameters: { type: "object", properties: {} } } }];
const share = (...turns: [from: string, value: unknown][]): Fields => ({
  conversations: turns.map(([from, value]) => ({ from, value })),
});

/**
 * Rows as people wrote them who then asked why their training fails or learns the wrong thing; each written anew after the
 * report. What is said of them: the format with its findings, or why there is none.
 */
export const AWKWARD: readonly (readonly [what: string, source: string, row: Fields, said: string])[] = [
  // Formats that a trainer does not know or takes for another
  [
    "ShareGPT, which TRL did not take",
    "huggingface/trl#2083",
    share(["system", "s"], ["human", "q"], ["gpt", "a"]),
    "sharegpt",
  ],
  [
    "messages in a column called conversations",
    "huggingface/trl#2083",
    { conversations: [u("q"), a("a")] },
    "messages",
  ],
  [
    "a prompt and a completion of messages, whose labels were wrong",
    "huggingface/trl#4147",
    { prompt: [u("q")], completion: [a("a")] },
    "prompt-completion",
  ],
  [
    "prompt and completion under a capital",
    "huggingface/trl#2541",
    { Prompt: "p", Completion: "c" },
    'unknown-format: fields "Prompt", "Completion" match no known format; "Prompt": did you mean "prompt"?; "Completion": did you mean "completion"?',
  ],
  [
    "Alpaca in a loader for ShareGPT",
    "johnsmith0031/alpaca_lora_4bit#61",
    { instruction: "i", input: "", output: "o" },
    "alpaca",
  ],
  [
    "a system prompt in a field beside the conversations",
    "huggingface/open-r1#340",
    { system: "s", ...share(["human", "q"], ["gpt", "a"]) },
    "sharegpt",
  ],
  [
    "messages as Python prints them, in a cell of a table",
    "huggingface/trl#4874",
    { messages: "[{'role': 'user', 'content': 'q'}]" },
    'unknown-format: fields "messages" match no known format; "messages" looks like a Python list: write it as JSON, with json.dumps',
  ],
  [
    "messages under a name of one's own",
    "huggingface/trl#1285",
    { dialogue: [u("q"), a("a")] },
    'unknown-format: fields "dialogue" match no known format; "dialogue" contains messages: rename it to "messages"',
  ],
  [
    "speakers and texts",
    "huggingface/trl#1285",
    { conversations: [{ speaker: "user", text: "q" }] },
    'unknown-format: fields "conversations" match no known format; "conversations" is a list of objects with "speaker", "text": messages have "role" and "content", or "from" and "value"; write one row per line',
  ],
  [
    "all rows inside one object",
    "huggingface/trl#2541",
    { train: [{ prompt: "p", completion: "c" }] },
    'unknown-format: fields "train" match no known format; "train" is a list of objects with "prompt", "completion": messages have "role" and "content", or "from" and "value"; write one row per line',
  ],
  [
    "parts of content in place of text",
    "huggingface/trl#4874",
    {
      messages: [
        { role: "system", content: [{ type: "text", text: "s" }] },
        u([{ type: "text", text: "q" }]),
        a([{ type: "text", text: "a" }]),
      ],
    },
    "messages",
  ],
  [
    "a label of 0 and 1",
    "TRL, Dataset formats and types: label is bool",
    { prompt: "p", completion: "c", label: 0 },
    "kto or prompt-completion",
  ],
  [
    "a label as a table writes it",
    "TRL, Dataset formats and types: label is bool",
    { prompt: "p", completion: "c", label: "True" },
    "kto or prompt-completion",
  ],
  // Order of roles
  [
    "user, assistant, user, user",
    "huggingface/smol-course#260",
    { messages: [u("q"), a("a"), u("q"), u("a")] },
    "messages: error role-order 4, warning role-order 4",
  ],
  [
    "the assistant twice",
    "unslothai/unsloth#334",
    { messages: [u("q"), a("a"), a("b")] },
    "messages: error role-order 3",
  ],
  [
    "the assistant first, after a system prompt",
    "stanford-futuredata/FrugalGPT#3",
    { messages: [{ role: "system", content: "s" }, a("a"), u("q")] },
    "messages: error role-order 2, warning role-order 3",
  ],
  [
    "the system prompt again in every round",
    "huggingface/trl#1285",
    { messages: [{ role: "system", content: "s" }, u("q"), a("a"), { role: "system", content: "s" }, u("q"), a("b")] },
    "messages: error role-order 4",
  ],
  [
    "a misspelt speaker",
    "hiyouga/LlamaFactory#2381",
    share(["hummany", "q"], ["gpt", "a"]),
    "sharegpt: error unknown-role 1",
  ],
  [
    "more of human than of gpt",
    "hiyouga/LlamaFactory#5096",
    share(["human", "q"], ["gpt", "a"], ["human", "q"]),
    "sharegpt: warning role-order 3",
  ],
  [
    "names of ShareGPT in the role",
    "huggingface/trl#2083",
    {
      messages: [
        { role: "human", content: "q" },
        { role: "gpt", content: "a" },
      ],
    },
    "messages: error unknown-role 1, error unknown-role 2, error loss-mask row",
  ],
  [
    "a role under a capital",
    "huggingface/trl#2083",
    { messages: [{ role: "User", content: "q" }, a("a")] },
    "messages: error unknown-role 1",
  ],
  [
    "two system prompts",
    "unslothai/unsloth#334",
    { messages: [{ role: "system", content: "s" }, { role: "system", content: "t" }, u("q"), a("a")] },
    "messages: warning role-order 2",
  ],
  ["questions alone", "salesforce/jaxformer#15", { messages: [u("q")] }, "messages: error loss-mask row"],
  [
    "a call after the answer that it led to",
    "microsoft-foundry/fine-tuning#23",
    { messages: [u("q"), call("weather", "{}", "c1"), a("a")], tools: TOOLS },
    "messages: warning role-order 3, error unanswered-call 2",
  ],
  // Turns that say nothing
  [
    "both speakers silent",
    "hiyouga/LlamaFactory#2381",
    share(["human", ""], ["gpt", ""]),
    "sharegpt: error empty-turn 1, error empty-turn 2",
  ],
  ["an answer that is null", "oumi-ai/oumi#2392", { messages: [u("q"), a(null)] }, "messages: error empty-turn 2"],
  [
    "an answer of spaces",
    "hiyouga/LlamaFactory#9618",
    { instruction: "i", input: "", output: "  \n" },
    "alpaca: error empty-turn 2",
  ],
  // Tools
  [
    "arguments as null",
    "vllm-project/vllm#43861",
    { messages: [u("q"), call("weather", null), tool("t"), a("a")], tools: TOOLS },
    "messages: error broken-call 2",
  ],
  [
    "arguments that are no JSON",
    "huggingface/transformers#45419",
    { messages: [u("q"), call("weather", "{city: Paris}"), tool("t"), a("a")], tools: TOOLS },
    "messages: error broken-call 2",
  ],
  [
    "a tool that nobody declared",
    "modelscope/ms-swift#10110",
    { messages: [u("q"), call("wether", "{}"), tool("t"), a("a")], tools: TOOLS },
    "messages: error unknown-tool 2",
  ],
  [
    "a tool message without any call",
    "gpustack/gpustack#6210",
    { messages: [u("q"), tool("t", "c1"), a("a")], tools: TOOLS },
    "messages: error role-order 2, error unasked-answer 2",
  ],
  [
    "a call that nobody answers before the user goes on",
    "gpustack/gpustack#6210",
    { messages: [u("q"), call("weather", "{}", "c1"), u("and?"), a("a")], tools: TOOLS },
    "messages: error unanswered-call 2",
  ],
  [
    "an id that occurs twice",
    "gpustack/gpustack#6210",
    {
      messages: [
        u("q"),
        call("weather", "{}", "c1"),
        tool("t", "c1"),
        call("weather", "{}", "c1"),
        tool("t", "c1"),
        a("a"),
      ],
      tools: TOOLS,
    },
    "messages: error repeated-call-id 4",
  ],
  [
    "an answer of a tool without its id",
    "microsoft/promptflow#3130",
    { messages: [u("q"), call("weather", "{}", "c1"), tool("t"), a("a")], tools: TOOLS },
    "messages: warning unasked-answer 3",
  ],
  [
    "an empty list of calls",
    "castform-ai/benchmax#31",
    { messages: [u("q"), a("a", { tool_calls: [] })] },
    "messages: warning broken-call 2",
  ],
  [
    "nulls of a table in every message",
    "castform-ai/benchmax#31",
    {
      messages: [
        { ...u("q"), tool_calls: null, name: null, tool_call_id: null },
        { ...a("a"), tool_calls: null, name: null, tool_call_id: null },
      ],
    },
    "messages",
  ],
  [
    "tools that are one tool",
    "microsoft-foundry/fine-tuning#23",
    { messages: [u("q"), a("a")], tools: TOOLS[0] },
    "messages: error broken-tools row",
  ],
  // What is learnt
  [
    "no answer that is learnt",
    "marin-community/marin#7237",
    { messages: [u("q"), a("a", { weight: 0 })] },
    "messages: error loss-mask row",
  ],
  [
    "a weight as text",
    "OpenAI, FineTuneChatCompletionRequestAssistantMessage: 0 or 1",
    { messages: [u("q"), a("a", { weight: "0" })] },
    "messages: error bad-weight 2",
  ],
  [
    "a question that is learnt",
    "huggingface/trl#3279",
    { messages: [{ ...u("q"), weight: 1 }, a("a")] },
    "messages: warning loss-mask 1",
  ],
  [
    "earlier answers that are not to be learnt",
    "huggingface/trl#1282",
    { messages: [u("q"), a("a", { weight: 0 }), u("q"), a("b", { weight: 1 })] },
    "messages",
  ],
];
