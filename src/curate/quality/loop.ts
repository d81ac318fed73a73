import { textWords } from "./text-words.ts";
import { wordNumbers } from "./word-runs.ts";

/** Maximum words of a repeated part. */
const LONGEST = 30;

/** Minimum consecutive repetitions of a part with at least so many characters, and of a shorter one. */
const TIMES = { long: 4, short: 10 };
const LONG_CHARACTERS = 8;

/** Minimum share of the words that are in the repeated stretch. */
const SHARE = 0.4;

/** Maximum number of words of a text that are checked. */
const WORDS_MAX = 4000;

/** Requests for repetition. */
const ASKS_FOR_IT =
  /\b(?:repeat|times|chorus|lyrics|song|chant|refrain|mantra|pattern|laugh|echo|loop|scream|veces|repite|fois|répète|mal|wiederhole|volte|ripeti|vezes|repita|раз|повтори)\b|重复|遍|回|번/i;

/** A part of a text that is repeated consecutively, as by a model caught in a loop. */
export function loop(text: string, asked: string): { part: string; times: number } | undefined {
  const {
    numbers: ids,
    words,
    distinct,
  } = wordNumbers(textWords(text.slice(0, 40_000).toLowerCase()).slice(0, WORDS_MAX));
  // A stretch of so many times its words leaves no more different ones than these.
  if (distinct > (1 - SHARE * (1 - 1 / TIMES.long)) * ids.length) return undefined;
  for (let size = 1; size <= LONGEST && size * TIMES.long <= ids.length; size++) {
    let matched = 0;
    for (let index = size; index <= ids.length; index++) {
      if (index < ids.length && ids[index] === ids[index - size]) {
        matched += 1;
        continue;
      }
      const times = matched / size + 1;
      if (times >= TIMES.long && matched + size >= SHARE * ids.length) {
        const part = words.slice(index - size, index).join(" ");
        const least = part.length >= LONG_CHARACTERS ? TIMES.long : TIMES.short;
        if (times >= least && /\p{L}/u.test(part) && !ASKS_FOR_IT.test(asked))
          return { part, times: Math.floor(times) };
      }
      matched = 0;
    }
  }
  return undefined;
}
