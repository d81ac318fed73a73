import type { Benchmark, ItemRef } from "./benchmark.ts";
import { answerFollows, hasSigns, isFormula, isSentenceEnd, isSentenceStart, standsAlone } from "./boundaries.ts";
import type { Run } from "./find-runs.ts";
import type { ItemText } from "./item-texts.ts";
import { type MisspeltRun, misspeltRun } from "./misspelt-run.ts";
import { type PlainText, plainText } from "./plain-text.ts";
import { type Tokens, wordTokenizer } from "./word-tokens.ts";

/** A text of fewer words counts only if it is a complete sentence. */
export const SENTENCE_WORDS = 8;

/** A text of common words is specific if it has this many words. */
const TELLING_WORDS = 20;

/** A question of this many words that ends with a question mark also counts after a comma or other words. */
const ASKED_WORDS = 5;

/** A question of at most so many passages tells the items: benchmarks contain some items several times. */
const FEW_ITEMS = 5;

/** Longer texts are not compared letter by letter. */
const MOST_SPELT_WORDS = 100;

/**
 * A text to search for: its words, whether all its n-grams occur in many texts, and for an instruction that many items
 * with different passages share the answers that two of them have.
 */
export type IndexedText = ItemText & {
  words: number;
  isGeneric: boolean;
  repeatedAnswers: ReadonlySet<string> | undefined;
};

/** The common part of an item's text and a row. */
export type Common = { part: IndexedText; runs: readonly Run[]; tokens: Tokens; row: PlainText };

/** A range of a row, in characters of its plain text. */
export type Place = { start: number; end: number };

/** Returns the answers of an item. */
export type Answers = (owner: ItemRef) => readonly string[];

/**
 * The items whose text occurs completely in a row: all of them if the text is specific, otherwise those whose answer
 * follows. Of the items that share an instruction, those whose own answer follows: a class follows many of them.
 */
export function wholeOwners(
  { part, place, row }: { part: IndexedText; place: Place; row: PlainText },
  answers: Answers,
): readonly ItemRef[] {
  const hasAnswer = (owner: ItemRef, isOwn: (answer: string) => boolean): boolean =>
    answers(owner).some((answer) => isOwn(answer) && answerFollows(row.text, place.end, answer));
  const { repeatedAnswers } = part;
  if (repeatedAnswers !== undefined)
    return part.owners.filter((owner) => hasAnswer(owner, (answer) => !repeatedAnswers.has(answer)));
  if (part.words >= TELLING_WORDS || standsAlone(row.text, { ...place, own: part.text })) return part.owners;
  if (part.words < SENTENCE_WORDS && !hasSigns(row.text.slice(place.start, place.end), part.text)) return [];
  if (!part.isGeneric && isSaid({ part, place, row })) return part.owners;
  if (!isSentenceStart(row.text, place.start)) return [];
  return part.owners.filter((owner) => hasAnswer(owner, () => true));
}

/** True if a specific text is a complete sentence, a question, or too long for a coincidence. */
function isSaid({ part, place, row }: { part: IndexedText; place: Place; row: PlainText }): boolean {
  if (part.words >= SENTENCE_WORDS) return true;
  if (!isSentenceEnd(row.text, place.end)) return false;
  if (part.words >= ASKED_WORDS && part.text.endsWith("?") && /^\s?\?/.test(row.text.slice(place.end, place.end + 2)))
    return true;
  return (part.words >= 3 || isFormula(part.text)) && isSentenceStart(row.text, place.start);
}

/**
 * The answers that two of the items with a question have, if the items are many and differ in their passages: the
 * question is then an instruction and does not tell one of them. Undefined otherwise.
 */
export function repeatedAnswersOf(
  { kind, owners }: ItemText,
  { benchmarks, answers }: { benchmarks: readonly Benchmark[]; answers: Answers },
): ReadonlySet<string> | undefined {
  if (kind !== "question" || owners.length <= FEW_ITEMS) return undefined;
  const passages = owners.flatMap(({ benchmark, item }) =>
    benchmarks[benchmark]!.items[item]!.flatMap((part) => (part.kind === "passage" ? [part.text] : [])),
  );
  if (new Set(passages).size <= FEW_ITEMS) return undefined;
  const [seen, repeated] = [new Set<string>(), new Set<string>()];
  for (const answer of owners.flatMap(answers)) (seen.has(answer) ? repeated : seen).add(answer);
  return repeated;
}

/** The answers of items, without markup. */
export function answersOf(benchmarks: readonly Benchmark[]): Answers {
  return ({ benchmark, item }) =>
    benchmarks[benchmark]!.items[item]!.filter(({ kind }) => kind === "answer").map(({ text }) => plainText(text).text);
}

/** Splits the text of an item into words while the tokens of a row are in use. */
export const speller = wordTokenizer("split");

/**
 * A text of at most 100 words that occurs completely in a row except for misspelt words; most longer texts are found
 * without this step.
 */
export function misspelt({ part, runs, tokens, row }: Common): MisspeltRun | undefined {
  if (part.words > MOST_SPELT_WORDS) return undefined;
  const [longestRun] = runs.toSorted((a, b) => b.length - a.length);
  if (longestRun === undefined || longestRun.length === part.words) return undefined;
  const own = speller(part.text);
  return misspeltRun(
    { text: row.text, tokens, from: 0, count: tokens.count },
    { text: part.text, tokens: own, from: 0, count: own.count },
    longestRun,
  );
}
