import { readText } from "../../base/read-text.ts";
import { Failure } from "../../base/failure.ts";
import type { WordList } from "./turn-rules.ts";

/** Maximum words of a phrase. */
const PHRASE_WORDS = 8;

/**
 * Reads a list of words and phrases, one per line, comments after `#`. They are matched as whole words, ignoring
 * case, in linear time.
 *
 * @throws Failure if the file is missing, has no word, or a phrase of more than eight
 */
export async function readWordList(path: string): Promise<WordList> {
  const lines = (await readText(path)).split(/\r?\n/).map((line) => line.replace(/#.*$/, "").trim());
  const listed = new Map<string, string>();
  let longest = 0;
  for (const [index, line] of lines.entries()) {
    if (line === "") continue;
    const words = wordsOf(line);
    if (words.length === 0 || words.length > PHRASE_WORDS) {
      const hint = `expected one to ${PHRASE_WORDS} words`;
      throw new Failure("bad_input", `${path}, line ${index + 1}: ${words.length} words`, { hint });
    }
    longest = Math.max(longest, words.length);
    listed.set(words.join(" "), line);
  }
  if (listed.size === 0)
    throw new Failure("bad_input", `${path} contains no words`, { hint: "write one word or phrase per line" });
  return (text) => {
    const words = wordsOf(text);
    for (let index = 0; index < words.length; index++) {
      for (let count = 1; count <= longest && index + count <= words.length; count++) {
        const word = listed.get(words.slice(index, index + count).join(" "));
        if (word !== undefined) return word;
      }
    }
    return undefined;
  };
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
}
