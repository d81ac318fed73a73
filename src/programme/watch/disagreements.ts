import type { WatchedTexts } from "../../domain/watch-import.ts";
import { wordF1 } from "../../evaluate/score/text-match.ts";

/** Shared words (F1) below which two answers to the same prompt disagree. */
const AGREES = 0.5;

/** Maximum number of answers to one prompt that are compared with each other. */
const MOST_ANSWERS = 50;

/**
 * Ids of requests whose answer disagrees with most of the other answers to the same prompt: it shares less than half of
 * its words with them. Prompts are the same if they differ only in case and spaces.
 */
export function disagreements(texts: Iterable<WatchedTexts>): Set<string> {
  const byPrompt = new Map<string, WatchedTexts[]>();
  for (const entry of texts) {
    const prompt = entry.prompt.trim().toLowerCase().replaceAll(/\s+/g, " ");
    const same = byPrompt.get(prompt);
    if (same === undefined) byPrompt.set(prompt, [entry]);
    else if (same.length < MOST_ANSWERS) same.push(entry);
  }
  const found = new Set<string>();
  for (const answers of byPrompt.values()) {
    if (answers.length < 2) continue;
    for (const { id, answer } of answers) {
      const others = answers.filter((other) => other.id !== id);
      const unlike = others.filter((other) => wordF1(answer, other.answer) < AGREES);
      if (unlike.length > others.length / 2) found.add(id);
    }
  }
  return found;
}
