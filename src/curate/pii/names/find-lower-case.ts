import { isForeign } from "./fold.ts";
import { citySize, isCountry } from "./gazetteer.ts";
import { hasLead } from "./lead-words.ts";
import { type Reading, take } from "./name-span.ts";
import { isDemonym } from "./demonyms.ts";
import { CALENDAR, EPONYM_TAILS, EPONYMS, NO_NAMES, PLACE_LEADS, SURE_NAME_LEADS } from "./terms.ts";
import { factsOf, GAP, keyOf, SHAPE } from "./tokens.ts";

/** End of the family names after a first name: words that are not common, with initials between. */
function familyEnd({ tokens }: Reading, at: number): number {
  let to = at + 1;
  while (to < tokens.length && to - at < 4 && tokens[to]!.gap === GAP.space && !tokens[to - 1]!.isPossessive) {
    const token = tokens[to]!;
    const { first, last, common } = factsOf(token);
    const isInitial = token.text.length === 1 && token.text !== "i" && token.text !== "a";
    if (!isInitial && (common > 0 || (last === 0 && first === 0 && !isForeign(token.text)))) break;
    to += 1;
  }
  while (to > at + 1 && tokens[to - 1]!.text.length === 1) to -= 1;
  return to;
}

/** Names in a text that was written without any capital: frequent first names, and words after "my name is", "lives in". */
export function findLowerCase(reading: Reading): void {
  const { tokens, taken } = reading;
  if (tokens.some(({ shape }) => shape !== SHAPE.lower && shape !== SHAPE.number)) return;
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at]!;
    const key = keyOf(token);
    if (taken[at] !== 0 || token.shape !== SHAPE.lower || key.length < 3) continue;
    const { first, last, common } = factsOf(token);
    if (isCountry(key)) take(reading, { from: at, to: at + 1, type: "LOCATION", score: 0.5 });
    else if (isDemonym(key) && common < 2) take(reading, { from: at, to: at + 1, type: "NRP", score: 0.4 });
    if (taken[at] !== 0 || common > 0 || NO_NAMES.has(key) || CALENDAR.has(key) || EPONYMS.has(key)) continue;
    if (EPONYM_TAILS.has(keyOf(tokens[at + 1]))) continue;
    if (hasLead(tokens, at, SURE_NAME_LEADS))
      take(reading, { from: at, to: familyEnd(reading, at), type: "PERSON", score: 0.6 });
    else if (hasLead(tokens, at, PLACE_LEADS)) take(reading, { from: at, to: at + 1, type: "LOCATION", score: 0.5 });
    else if (first === 2) {
      const to = familyEnd(reading, at);
      take(reading, { from: at, to, type: "PERSON", score: to > at + 1 ? 0.5 : 0.4 });
    } else if (citySize(key) >= 2 && last === 0) take(reading, { from: at, to: at + 1, type: "LOCATION", score: 0.4 });
    else if (first === 1) take(reading, { from: at, to: at + 1, type: "PERSON", score: 0.2 });
  }
}
