import { type Reading, take } from "./name-span.ts";
import { GAP, SHAPE, type Token } from "./tokens.ts";

/** Five digits, or nine as ZIP+4. @source Domestic Mail Manual of the USPS, section 602 1.8 */
const ZIP = /^\d{5}(?:-\d{4})?$/;

/** Words that may follow a postcode. Before any other word in lower case, a number counts something: "12000 people". */
const AFTER_ZIP: ReadonlySet<string> = new Set(
  "and or but is was were are has had with for from in on at to since after before by who which where when while as area zip usa last now because he she they his her their our until near".split(
    " ",
  ),
);

/** Finds postcodes of the United States right after a place that was found: "New York City 10025", "Boston, 02115". */
export function findZipsAfterTowns(reading: Reading): void {
  const { tokens, taken, spans } = reading;
  let ends: Set<number> | undefined;
  for (let index = 1; index < tokens.length; index++) {
    const token = tokens[index]!;
    if (token.shape !== SHAPE.number || taken[index] !== 0 || taken[index - 1] === 0 || !ZIP.test(token.text)) continue;
    if (token.gap !== GAP.space && token.gap !== GAP.comma) continue;
    if (!token.text.startsWith("0") && isCounted(tokens[index + 1])) continue;
    ends ??= new Set(spans.filter(({ type }) => PLACES.has(type)).map(({ end }) => end));
    if (ends.has(tokens[index - 1]!.end)) take(reading, { from: index, to: index + 1, type: "ZIP_CODE", score: 0.6 });
  }
}

const PLACES: ReadonlySet<string> = new Set(["LOCATION", "STREET_ADDRESS"]);

function isCounted(next: Token | undefined): boolean {
  return next !== undefined && next.gap === GAP.space && next.shape === SHAPE.lower && !AFTER_ZIP.has(next.key);
}
