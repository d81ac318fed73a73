import type { Recogniser } from "../recognisers/recogniser.ts";
import { findNames } from "./find-names.ts";
import type { NameEntity } from "./name-span.ts";

const ENTITIES: readonly (readonly [name: string, entity: NameEntity])[] = [
  ["person-name", "PERSON"],
  ["form-of-address", "TITLE"],
  ["place-name", "LOCATION"],
  ["street-address", "STREET_ADDRESS"],
  ["postcode", "ZIP_CODE"],
  ["group-of-people", "NRP"],
  ["organisation", "ORGANIZATION"],
];

/** Names of people and places as recognisers; they read a text once between them. */
export const NAMES: readonly Recogniser[] = ENTITIES.map(([name, entity]) => ({
  name,
  entity,
  locales: [],
  isDefault: true,
  needs: "text",
  context: [],
  find: (text) => findNames(text).filter(({ type }) => type === entity),
  source: "lists of names/data, by the sources that its README names; shape of words",
}));
