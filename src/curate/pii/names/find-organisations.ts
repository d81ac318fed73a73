import { hasLead } from "./lead-words.ts";
import { type Reading, isFree, take } from "./name-span.ts";
import { bodyLength, isListedBrand } from "./named-bodies.ts";
import { NO_NAMES, ORGANISATION_ENDS, ORGANISATION_LEADS, ORGANISATION_STARTS, PARTICLES } from "./terms.ts";
import { factsOf, GAP, isCapitalised, keyOf, SHAPE, type Token } from "./tokens.ts";

/** Maximum words of an organisation's name. */
const LONGEST = 6;

/** Word endings of organisation names. */
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

/** Companies and organisations by the first or last word of their name, or by "works for". */
export function findOrganisations(reading: Reading): void {
  const { tokens, taken } = reading;
  findBodies(reading);
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index]!;
    if (taken[index] !== 0 || !isCapitalised(token)) continue;
    const to = nameEnd(tokens, index);
    let score = 0;
    let end = to;
    if (ORGANISATION_STARTS.has(keyOf(token)) && to > index + 1) score = 0.6;
    for (let last = to - 1; last > index && score === 0; last--) {
      if (!ORGANISATION_ENDS.has(keyOf(tokens[last])) || !isCapitalised(tokens[last]!)) continue;
      [score, end] = [0.6, last + 1];
    }
    if (score === 0 && hasLead(tokens, index, ORGANISATION_LEADS) && !NO_NAMES.has(keyOf(token))) score = 0.5;
    if (score > 0 && isFree(reading, index, end)) {
      const from =
        token.isFirst && end - index > 2 && factsOf(token).common === 2 && !ORGANISATION_STARTS.has(keyOf(token))
          ? index + 1
          : index;
      if (!isNoBody(tokens, from, end)) take(reading, { from, to: end, type: "ORGANIZATION", score });
    }
    index = Math.max(index, to - 1);
  }
}

/** Companies that are named after people. */
function findBodies(reading: Reading): void {
  const { tokens, taken } = reading;
  let end = -1;
  for (let index = 0; index < tokens.length; index++) {
    if (taken[index] !== 0 || !isCapitalised(tokens[index]!)) continue;
    const length = isListedBrand(tokens, index, end) ? 1 : bodyLength(tokens, index);
    if (length === 0 || !isFree(reading, index, index + length)) continue;
    end = index + length;
    take(reading, { from: index, to: end, type: "ORGANIZATION", score: 0.6 });
    index = end - 1;
  }
}

/** "The Committee" mentioned earlier, "National Insurance": not the name of an organisation. */
function isNoBody(tokens: readonly Token[], from: number, to: number): boolean {
  // "OF THIS SOFTWARE", "SUBSTITUTE GOODS OR SERVICES": a text in capitals.
  if (tokens.slice(from, to).some(({ text }) => /^(?:THIS|THESE|ANY|OR|SUCH|YOUR|OUR)$/.test(text))) return true;
  return (
    to - from === 2 &&
    (keyOf(tokens[from]) === "the" || NO_BODIES.has(`${keyOf(tokens[from])} ${keyOf(tokens[from + 1])}`))
  );
}

function nameEnd(tokens: readonly Token[], index: number): number {
  let to = index + 1;
  while (to < tokens.length && to - index < LONGEST) {
    const next = tokens[to]!;
    if (tokens[to - 1]!.isPossessive || next.gap !== GAP.space || /^I(?:$|['’])/.test(next.text)) break;
    if (!isCapitalised(next) && !(PARTICLES.has(keyOf(next)) || keyOf(next) === "of" || keyOf(next) === "and")) break;
    to += 1;
  }
  while (to > index + 1 && tokens[to - 1]!.shape === SHAPE.lower) to -= 1;
  return to;
}
