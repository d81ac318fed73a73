import type { Programme } from "../../domain/programme.ts";
import type { Lengths } from "../serve/serve-run.ts";

/** Published request lengths, used as defaults for a kind of task. */
export type DefaultLengths = { input: Lengths; output: Lengths; source: string };

const CONVERSATION: DefaultLengths = {
  input: { mean: 1155, cv: 0.96 },
  output: { mean: 211, cv: 0.77 },
  source: "19,366 requests of a conversation service, Azure LLM inference trace 2023 (Azure/AzurePublicDataset)",
};

/**
 * Default request lengths by kind of task, used if neither the traffic, the programme nor its rows state them. Kinds
 * without a published trace use the lengths of a conversation service.
 *
 * @accuracy one service each: lengths of another service may be several times as long or as short
 */
const BY_TASK: Partial<Record<Programme["task"]["kind"], DefaultLengths>> = {
  code: {
    input: { mean: 2048, cv: 0.96 },
    output: { mean: 27.9, cv: 2.15 },
    source: "8,819 requests of a code completion service, Azure LLM inference trace 2023 (Azure/AzurePublicDataset)",
  },
  summarisation: {
    input: { mean: 870, cv: 0.5 },
    output: { mean: 128, cv: 0.5 },
    source: "CNN/DailyMail as MLPerf Inference v5.1 sends it, at most 128 tokens of output (mlcommons.org, 2025-09)",
  },
  qa: {
    input: { mean: 294, cv: 1 },
    output: { mean: 294.45, cv: 1 },
    source: "OpenOrca, 24,576 samples (llama2-70b of mlcommons/inference)",
  },
  reasoning: {
    input: { mean: 1100, cv: 1 },
    output: { mean: 3880, cv: 1 },
    source: "mathematics, science and code questions to DeepSeek-R1 (deepseek-r1 of mlcommons/inference)",
  },
  agent: {
    input: { mean: 8596, cv: 1 },
    output: { mean: 182, cv: 1 },
    source: "23,608 requests of the tool and agent trace of Mooncake, FAST 2025 (kvcache-ai/Mooncake)",
  },
};

/** The published lengths for a kind of task. */
export function defaultLengths(kind: Programme["task"]["kind"]): DefaultLengths {
  return BY_TASK[kind] ?? CONVERSATION;
}
