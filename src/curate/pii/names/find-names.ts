import { findAddresses } from "./find-addresses.ts";
import { findFamilyFirst } from "./find-family-first.ts";
import { findLowerCase } from "./find-lower-case.ts";
import { findOrganisations } from "./find-organisations.ts";
import { findPeople } from "./find-people.ts";
import { findSurnameFirst } from "./find-surname-first.ts";
import { findCountries, findPostcodes, findTowns } from "./find-places.ts";
import { isIdentifierLike } from "./identifiers.ts";
import type { NameSpan, Reading } from "./name-span.ts";
import { tokensOf } from "./tokens.ts";

let last: { text: string; spans: readonly NameSpan[] } | undefined;

/**
 * People, places, addresses, postcodes, groups of people, bodies and forms of address in a text, without overlaps, by
 * lists and the shape of words; no model. Scores say how much speaks for it; those under 0.35 are for a person to look at.
 *
 * The last text's spans are kept, as one recogniser asks for each entity.
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
  const spans = reading.spans.toSorted((a, b) => a.start - b.start);
  last = { text, spans };
  return spans;
}
