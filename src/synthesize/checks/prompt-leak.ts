import { ownWords } from "../fill-slots.ts";

/** Number of consecutive words that an answer may share with its instructions. */
const RUN = 7;

/**
 * Finds parts of the instructions that an answer repeats: {@link RUN} consecutive words, or an unfilled slot. Text that
 * came into the prompt from the input is not a leak.
 *
 * @param instructions templates with their slots
 * @param inputs  texts that filled the slots
 * @returns the leak; undefined if there is none
 */
export function promptLeak(
  answer: string,
  { instructions, inputs }: { instructions: readonly string[]; inputs: readonly string[] },
): string | undefined {
  const slots = answer.match(/\{\{\w+\}\}/g) ?? [];
  const empty = slots.find((slot) => !inputs.some((input) => input.includes(slot)));
  if (empty !== undefined) return empty;
  const said = wordsOf(answer);
  if (said.length < RUN) return undefined;
  const runs = new Set(instructions.flatMap(ownWords).flatMap((text) => runsOf(wordsOf(text))));
  return runsOf(said).find((run) => runs.has(run));
}

function runsOf(words: readonly string[]): string[] {
  return words.flatMap((_, index) => (index + RUN > words.length ? [] : [words.slice(index, index + RUN).join(" ")]));
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}
