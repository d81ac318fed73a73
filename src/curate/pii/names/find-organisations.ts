import { hasLead } from "./lead-words.ts";
import { type Reading, isFree, take } from "./name-span.ts";
import { NO_NAMES, ORGANISATION_ENDS, ORGANISATION_LEADS, ORGANISATION_STARTS, PARTICLES } from "./terms.ts";
import { factsOf, GAP, isCapitalised, keyOf, SHAPE, type Token } from "./tokens.ts";

/** Words of the longest name of a body. */
const LONGEST = 6;

/** Words that end as names of bodies do. */
const NO_BODIES: ReadonlySet<string> = new Set([
  "national insurance",
  "health insurance",
  "life insurance",
  "medical school",
  "high school",
  "middle school",
  "elementary school",
  "primary school",
]);

/** Companies and bodies by the word that ends or begins their name, or by "works for". */
export function findOrganisations(reading: Reading): void {
  const { tokens, taken } = reading;
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at]!;
    if (taken[at] !== 0 || !isCapitalised(token)) continue;
    const to = nameEnd(tokens, at);
    let score = 0;
    let end = to;
    if (ORGANISATION_STARTS.has(keyOf(token)) && to > at + 1) score = 0.6;
    for (let last = to - 1; last > at && score === 0; last--) {
      if (!ORGANISATION_ENDS.has(keyOf(tokens[last])) || !isCapitalised(tokens[last]!)) continue;
      [score, end] = [0.6, last + 1];
    }
    if (score === 0 && hasLead(tokens, at, ORGANISATION_LEADS) && !NO_NAMES.has(keyOf(token))) score = 0.5;
    if (score > 0 && isFree(reading, at, end)) {
      const from =
        token.isFirst && end - at > 2 && factsOf(token).common === 2 && !ORGANISATION_STARTS.has(keyOf(token))
          ? at + 1
          : at;
      if (!isNoBody(tokens, from, end)) take(reading, { from, to: end, type: "ORGANIZATION", score });
    }
    at = Math.max(at, to - 1);
  }
}

/** "The Committee" that was spoken of, "National Insurance": nobody's name. */
function isNoBody(tokens: readonly Token[], from: number, to: number): boolean {
  return (
    to - from === 2 &&
    (keyOf(tokens[from]) === "the" || NO_BODIES.has(`${keyOf(tokens[from])} ${keyOf(tokens[from + 1])}`))
  );
}

function nameEnd(tokens: readonly Token[], at: number): number {
  let to = at + 1;
  while (to < tokens.length && to - at < LONGEST) {
    const next = tokens[to]!;
    if (tokens[to - 1]!.isPossessive || next.gap !== GAP.space || /^I(?:$|['’])/.test(next.text)) break;
    if (!isCapitalised(next) && !(PARTICLES.has(keyOf(next)) || keyOf(next) === "of" || keyOf(next) === "and")) break;
    to += 1;
  }
  while (to > at + 1 && tokens[to - 1]!.shape === SHAPE.lower) to -= 1;
  return to;
}
