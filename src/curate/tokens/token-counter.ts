import { dirname, join } from "node:path";

import { Failure } from "../../base/failure.ts";
import { parseJson } from "../../base/json.ts";
import { readText } from "../../base/read-text.ts";
import { didYouMean } from "../../base/suggest.ts";
import type { TokenCount } from "../../domain/dataset-profile.ts";
import { bytePairCounter, type RankFile } from "./byte-pair-count.ts";
import { type HubConfig, hubTokenCounter } from "./hub-token-count.ts";

/** A method of counting tokens, with its systematic error. */
export type TokenCounter = {
  method: TokenCount["method"];
  /** Display name of the file, encoding or rule. */
  name: string;
  count: (text: string) => number;
  /**
   * Measured range of factors by which the tokens of the model's own tokenizer differ; [1, 1] for that tokenizer
   * itself.
   */
  errorFactors: readonly [low: number, high: number];
  errorNote: string;
};

/** Public encodings that can replace an unavailable tokenizer. */
const PROXIES = ["o200k_base", "cl100k_base"] as const;

/** Methods of counting that have a name instead of a file. */
const NAMES: readonly string[] = [...PROXIES, "characters"];

/**
 * Maximum length of text that is tokenized in one piece; it bounds the memory of the pattern matcher for rows of
 * megabytes.
 */
const PART_CHARACTERS = 65_536;

/**
 * Characters per token of the characters rule: the geometric mean of 2.5 (mathematics) and 4.9 (English prose),
 * measured for five tokenizers on nine corpora; see `bench/tokens.bench.mjs`.
 */
const CHARACTERS_PER_TOKEN = 3.5;

/**
 * Loads a method of counting tokens.
 *
 * @param choice path of a Hugging Face `tokenizer.json`; or `o200k_base`, `cl100k_base`, `characters`. Default:
 * o200k_base
 * @throws Failure not_found, or bad_input if the file is not a tokenizer
 */
export async function loadTokenCounter(choice: string = PROXIES[0]): Promise<TokenCounter> {
  if (choice === "characters") return charactersRule();
  const proxy = PROXIES.find((name) => name === choice);
  return proxy === undefined ? fromFile(choice) : fromProxy(proxy);
}

/** True for a method of counting that has a name instead of a file. */
export function isNamedCounter(choice: string): boolean {
  return NAMES.includes(choice);
}

function charactersRule(): TokenCounter {
  return {
    method: "characters",
    name: `${CHARACTERS_PER_TOKEN} characters per token`,
    count: (text) => Math.round(text.length / CHARACTERS_PER_TOKEN),
    errorFactors: [0.7, 1.4],
    errorNote:
      "five current tokenizers gave 0.7 to 1.4 times as many tokens on nine corpora of English, code, mathematics and Spanish; Chinese text has 2 to 3 times as many",
  };
}

async function fromProxy(name: (typeof PROXIES)[number]): Promise<TokenCounter> {
  const count = await proxyCounter(name);
  return {
    method: "proxy-tokenizer",
    name,
    count: (text) => inParts(text, count),
    errorFactors: name === "o200k_base" ? [0.8, 1.25] : [0.53, 1.26],
    errorNote:
      name === "o200k_base"
        ? "the tokenizers of Qwen3, Llama 3.1, DeepSeek V3, gpt-oss and Gemma 3 gave 0.96 to 1.25 times as many tokens (median 1.01) on nine corpora of English, code, mathematics and Spanish, 0.80 to 1.05 times on Chinese; Llama 2 1.08 to 1.53 times"
        : "the tokenizers of Qwen3, Llama 3.1, DeepSeek V3, gpt-oss and Gemma 3 gave 0.88 to 1.26 times as many tokens (median 1.00) on nine corpora of English, code, mathematics and Spanish, 0.53 to 0.70 times on Chinese",
  };
}

/** Loaded counters of public encodings, with their cached words: 200,000 ranks take 0.2 s to read. */
const proxyCounters = new Map<string, (text: string) => number>();

async function proxyCounter(name: (typeof PROXIES)[number]): Promise<(text: string) => number> {
  const ranks: { default: RankFile } =
    name === "o200k_base"
      ? await import("js-tiktoken/ranks/o200k_base")
      : await import("js-tiktoken/ranks/cl100k_base");
  const count = proxyCounters.get(name) ?? bytePairCounter(ranks.default);
  proxyCounters.set(name, count);
  return count;
}

async function fromFile(path: string): Promise<TokenCounter> {
  const definition = parseJson(await readText(path).catch((error: unknown) => refuseMissing(error, path)), path);
  const isTokenizer = definition !== null && typeof definition === "object" && "model" in definition;
  if (!isTokenizer) {
    throw new Failure("bad_input", `${path} is not a tokenizer.json: it has no "model"`, {
      hint: `expected the tokenizer.json of a Hugging Face model, or one of ${NAMES.join(", ")}`,
    });
  }
  const configPath = join(dirname(path), "tokenizer_config.json");
  const config = await readText(configPath).then(
    (text) => parseJson(text, configPath),
    () => ({}), // it is often omitted; it only changes how special tokens are treated
  );
  const library = await import("@huggingface/tokenizers");
  try {
    const tokenizer = new library.Tokenizer(definition, config);
    const count = hubTokenCounter(tokenizer, config as HubConfig);
    count("probe");
    return {
      method: "tokenizer",
      name: path,
      count: (text) => inParts(text, count),
      errorFactors: [1, 1],
      errorNote: "counted by the tokenizer itself; a chat template is counted as 5 tokens per message",
    };
  } catch (error) {
    throw new Failure("bad_input", `${path} cannot be used as a tokenizer: ${(error as Error).message}`, {
      hint: `omit it, or use one of ${NAMES.join(", ")}`,
      cause: error,
    });
  }
}

/** Throws for a missing file, which may be a mistyped name. */
function refuseMissing(error: unknown, path: string): never {
  if (!(error instanceof Failure) || error.kind !== "not_found") throw error;
  throw new Failure("not_found", error.message, {
    hint: didYouMean(path, NAMES) ?? `expected a tokenizer.json, or one of ${NAMES.join(", ")}`,
    cause: error,
  });
}

/** Counts a long text in parts that end before a space, at which word patterns split anyway. */
function inParts(text: string, count: (text: string) => number): number {
  let tokens = 0;
  for (let start = 0; start < text.length;) {
    const limit = start + PART_CHARACTERS;
    const space = limit < text.length ? text.lastIndexOf(" ", limit) : text.length;
    const end = space > start ? space : Math.min(limit, text.length);
    tokens += count(start === 0 && end === text.length ? text : text.slice(start, end));
    start = end;
  }
  return tokens;
}
