import { canonicalJson, sha256 } from "../base/hash.ts";
import { normal, type Random, seededRandom } from "../base/random.ts";
import type { LoadTestSpec } from "../domain/loadtest-spec.ts";
import type { Prompt, PromptSource } from "./prompt-source.ts";

/** Frequent English words that common tokenizers encode as one token with the preceding space. */
const WORDS =
  "the of and to in is that for it as was with be by on not he his but at are this have from or had an they which one you were all her she there would their we him been has when who will no more if out so up said what its about than into them can only other time new some could these two may first then do any like my now over such our man me even most made after also did many off before must well back through years much where your way down should because long each just state those people too mr how little good world make very year still see own work men day get here old between both life being under three never know same last another while us might great since against go right came take used himself few house use place during high without again home around small however found thought went say part once general upon school every don united number does got public until always away something fact though water less put think almost head hand enough far took".split(
    " ",
  );

const NAME = "words-1";

/** Parameters of synthetic prompts. */
export type MadeUp = Pick<
  LoadTestSpec,
  "api" | "inputTokens" | "inputCv" | "outputTokens" | "outputCv" | "sharedPrefix" | "seed"
>;

/**
 * A length drawn from a log-normal distribution with a mean and a coefficient of variation, at least 1.
 *
 * @param cv  standard deviation over mean; 0 gives the mean itself
 */
export function drawnLength({ mean, cv }: { mean: number; cv: number }, random: Random): number {
  if (cv === 0) return mean;
  const variance = Math.log(1 + cv * cv);
  return Math.max(1, Math.round(mean * Math.exp(Math.sqrt(variance) * normal(random) - variance / 2)));
}

/**
 * Prompts of randomly drawn words with given lengths. Each differs from the others from its first words on, so that a
 * prefix cache does not help; on request, all begin with a shared prefix. A word is approximately a token; the server's
 * usage reports the exact number, including the chat template.
 */
export function madeUpPrompts(recipe: MadeUp): PromptSource {
  const random = seededRandom(recipe.seed);
  const prefix = words(recipe.sharedPrefix, seededRandom(recipe.seed ^ 0x5eed));
  return {
    dataset: {
      kind: "synthetic",
      name: recipeName(recipe),
      sha256: sha256(canonicalJson({ name: NAME, ...recipeOf(recipe) })),
      rows: null,
    },
    next: () => {
      const length = drawnLength({ mean: recipe.inputTokens, cv: recipe.inputCv }, random);
      const maxTokens = drawnLength({ mean: recipe.outputTokens, cv: recipe.outputCv }, random);
      return Promise.resolve(promptOfWords({ recipe, prefix, length, maxTokens, random }));
    },
    repeats: () => 0,
    close: () => Promise.resolve(),
  };
}

/** A prompt of `length` words, including the shared prefix. */
export function promptOfWords(parts: {
  recipe: Pick<MadeUp, "api">;
  prefix: string;
  length: number;
  maxTokens: number;
  random: Random;
}): Prompt {
  const prefixWords = parts.prefix === "" ? 0 : parts.prefix.split(" ").length;
  const own = words(Math.max(1, parts.length - prefixWords), parts.random);
  const text = parts.prefix === "" ? own : `${parts.prefix} ${own}`;
  return {
    content: parts.recipe.api === "chat" ? { messages: [{ role: "user", content: text }] } : { prompt: text },
    maxTokens: parts.maxTokens,
    aboutTokens: Math.max(parts.length, prefixWords + 1),
    dueSec: undefined,
  };
}

function words(count: number, random: Random): string {
  const drawn: string[] = [];
  for (let index = 0; index < count; index++) drawn.push(WORDS[Math.floor(random() * WORDS.length)]!);
  return drawn.join(" ");
}

function recipeOf({ api, inputTokens, inputCv, outputTokens, outputCv, sharedPrefix, seed }: MadeUp): MadeUp {
  return { api, inputTokens, inputCv, outputTokens, outputCv, sharedPrefix, seed };
}

function recipeName({ inputTokens, inputCv, outputTokens, outputCv, sharedPrefix }: MadeUp): string {
  const spread = (cv: number): string => (cv === 0 ? "" : ` (cv ${cv})`);
  const shared = sharedPrefix === 0 ? "" : `, ${sharedPrefix} of them the same`;
  return `${inputTokens} words${spread(inputCv)}${shared}; up to ${outputTokens} tokens${spread(outputCv)} out`;
}
