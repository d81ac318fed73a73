import { type Random, seededRandom } from "../base/random.ts";
import { fillSlots, type Slots } from "./fill-slots.ts";
import type { SynthesisSource } from "./input.ts";
import type { Recipe } from "./recipe.ts";

/** A request of a synthesis: its prompt, and the data for checking its answer. */
export type DrawnRequest = {
  /** Number of the request, from 0. */
  index: number;
  /** Seed of the request. */
  seed: number;
  system: string;
  user: string;
  /** Indices of the inputs that the prompt shows. */
  inputs: readonly string[];
  /** Texts of the input and the style, by slot. */
  slots: Slots;
};

/** Length of a passage in characters: about 1,000 tokens. */
const PASSAGE_CHARACTERS = 4_000;

/**
 * Draws requests by their number. Request N depends only on the recipe, the inputs, the seed and N, so increasing the
 * number of requests keeps the earlier ones. Inputs are used in turn, in an order drawn by the seed; a prompt with
 * several inputs draws them without repetition.
 */
export function requestDrawer(
  recipe: Recipe,
  inputs: readonly SynthesisSource[],
  { seed, structured }: { seed: number; structured: boolean },
): (index: number) => DrawnRequest {
  const order = shuffled(inputs, seededRandom(seed));
  const form = formWords(recipe, structured);
  return (index) => {
    const random = seededRandom(seed + 7919 * (index + 1));
    const shown = recipe.shown === 1 ? [order[index % order.length]!] : drawn(inputs, recipe.shown, random);
    const slots = slotsOf(recipe, shown, random);
    const asked = fillSlots(recipe.ask, slots);
    return {
      index,
      seed: seed + index,
      system: recipe.system,
      user: form === "" ? asked : `${asked}\n\n${form}`,
      inputs: shown.map(({ place }) => place),
      slots,
    };
  };
}

/** Instruction on the format of the answer; empty if the answer has only one part. */
export function formWords({ parts }: Recipe, structured: boolean): string {
  if (parts.length === 1) return "";
  if (structured) {
    return `Reply with a JSON object: ${parts.map(({ name, says }) => `"${name}": ${says}`).join("; ")}.`;
  }
  const lines = parts.map(({ name, says }) => `${name.toUpperCase()}: ${says}`);
  return `Reply in this form, and with nothing else:\n${lines.join("\n")}`;
}

/** JSON Schema of an answer. */
export function answerSchema({ parts }: Recipe): object {
  const names = parts.map(({ name }) => name);
  return {
    type: "object",
    properties: Object.fromEntries(names.map((name) => [name, { type: "string" }])),
    required: names,
    additionalProperties: false,
  };
}

function slotsOf(recipe: Recipe, shown: readonly SynthesisSource[], random: Random): Slots {
  const style = recipe.styles[Math.floor(random() * recipe.styles.length)]!;
  if (recipe.shown > 1) {
    const examples = shown.map(({ texts }) => `Task: ${texts["prompt"]}\nAnswer: ${texts["answer"]}`);
    return { examples: examples.join("\n\n"), style };
  }
  const { texts } = shown[0]!;
  const { passage } = texts;
  return { ...texts, style, ...(passage === undefined ? {} : { passage: passageOf(passage, random) }) };
}

/** A passage of a document: all of a short document, otherwise complete sentences from a random position. */
function passageOf(text: string, random: Random): string {
  if (text.length <= PASSAGE_CHARACTERS) return text;
  const from = Math.floor(random() * (text.length - PASSAGE_CHARACTERS));
  const stretch = text.slice(from, from + PASSAGE_CHARACTERS);
  const start = from === 0 ? 0 : (/[.!?。！？]\s+|\n+/.exec(stretch)?.index ?? -1) + 1;
  const end = Math.max(stretch.lastIndexOf(". "), stretch.lastIndexOf("\n"), stretch.lastIndexOf("。"));
  const cut = stretch.slice(start, end > start + PASSAGE_CHARACTERS / 2 ? end + 1 : undefined).trim();
  return cut.replaceAll(/^[\udc00-\udfff]|[\ud800-\udbff]$/g, ""); // half of a surrogate pair
}

/** Draws a number of distinct inputs, or returns all if there are fewer. */
function drawn(inputs: readonly SynthesisSource[], count: number, random: Random): SynthesisSource[] {
  const places = new Set<number>();
  while (places.size < Math.min(count, inputs.length)) places.add(Math.floor(random() * inputs.length));
  return [...places].map((place) => inputs[place]!);
}

function shuffled<Item>(items: readonly Item[], random: Random): Item[] {
  const all = [...items];
  for (let last = all.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [all[last], all[other]] = [all[other]!, all[last]!];
  }
  return all;
}
