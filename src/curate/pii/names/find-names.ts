import { findAddresses } from "./find-addresses.ts";
import { findFamilyFirst } from "./find-family-first.ts";
import { findLowerCase } from "./find-lower-case.ts";
import { findOrganisations } from "./find-organisations.ts";
import { findPeople } from "./find-people.ts";
import { findSurnameFirst } from "./find-surname-first.ts";
import { findCountries, findPostcodes, findTowns } from "./find-places.ts";
import { findZipsAfterTowns } from "./find-zips.ts";
import { isIdentifierLike } from "./identifiers.ts";
import type { NameSpan, Reading } from "./name-span.ts";
import { tokensOf } from "./tokens.ts";

let last: { text: string; spans: readonly NameSpan[] } | undefined;

/**
 * Finds people, places, addresses, postcodes, groups of people, organisations and forms of address in a text, without
 * overlaps, by lists and the shape of words; no model is used. The score is the strength of the evidence; spans below
 * 0.35 need review by a person.
 * The spans of the last text are cached, because each entity has its own recogniser.
 */
export function findNames(text: string): readonly NameSpan[] {
  if (last !== undefined && last.text === text) return last.spans;
  const tokens = tokensOf(text);
  const reading: Reading = { text, tokens, taken: new Uint8Array(tokens.length), spans: [] };
  for (const [index, token] of tokens.entries()) if (isIdentifierLike(text, token)) reading.taken[index] = 1;
  findAddresses(reading);
  findPostcodes(reading);
  findSurnameFirst(reading);
  findOrganisations(reading);
  findPeople(reading, { labelled: true });
  findFamilyFirst(reading);
  findCountries(reading);
  findTowns(reading);
  findPeople(reading, { labelled: false });
  findLowerCase(reading);
  findZipsAfterTowns(reading);
  const spans = reading.spans.toSorted((a, b) => a.start - b.start);
  last = { text, spans };
  return spans;
}
