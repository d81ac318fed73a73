import type { Tokenizer } from "@huggingface/tokenizers";

import { Failure } from "../../base/failure.ts";
import type { ModelFacts } from "./model-folder.ts";

/** Special tokens before and after a text. */
export type Around = { before: readonly number[]; after: readonly number[] };

/**
 * Ranges of at most the given number of tokens that cover all of them. Each range except the first begins slightly
 * before the end of the previous one.
 */
export function chunks(
  count: number,
  { room, shared }: { room: number; shared: number },
): [from: number, to: number][] {
  const all: [number, number][] = [];
  for (let from = 0; from < count; from += room - shared) {
    const to = Math.min(count, from + room);
    all.push([from, to]);
    if (to === count) break;
  }
  return all;
}

/** The tokenizer of a model. @throws Failure bad_input if the library cannot read it */
export async function loadTokenizer({ tokenizer, tokenizerConfig }: ModelFacts, path: string): Promise<Tokenizer> {
  const library = await import("@huggingface/tokenizers");
  try {
    return new library.Tokenizer(tokenizer, tokenizerConfig);
  } catch (error) {
    throw new Failure(
      "bad_input",
      `${path} cannot be used as a tokenizer: ${error instanceof Error ? error.message : String(error)}`,
      {
        hint: "download tokenizer.json from the model's page and do not change it",
      },
    );
  }
}

/** The special tokens that a tokenizer adds around an input. */
export function specialTokens(tokenizer: Tokenizer): Around {
  const probe = "a";
  const bare: number[] = tokenizer.encode(probe, { add_special_tokens: false }).ids;
  const whole: number[] = tokenizer.encode(probe).ids;
  const position = whole.findIndex((_, place) => bare.every((id, index) => whole[place + index] === id));
  return { before: whole.slice(0, position), after: whole.slice(position + bare.length) };
}
