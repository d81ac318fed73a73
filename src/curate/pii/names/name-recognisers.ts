import type { Recogniser } from "../recognisers/recogniser.ts";
import { findNames } from "./find-names.ts";
import type { NameEntity } from "./name-span.ts";
import { namesInOtherScripts } from "./other-scripts.ts";

const ENTITIES: readonly (readonly [name: string, entity: NameEntity])[] = [
  ["person-name", "PERSON"],
  ["form-of-address", "TITLE"],
  ["place-name", "LOCATION"],
  ["street-address", "STREET_ADDRESS"],
  ["postcode", "ZIP_CODE"],
  ["group-of-people", "NRP"],
  ["organisation", "ORGANIZATION"],
];

/** Recognisers of names of people and places; they share one pass over a text. */
export const NAMES: readonly Recogniser[] = [
  ...ENTITIES.map(([name, entity]): Recogniser => ({
    name,
    entity,
    locales: [],
    isDefault: true,
    needs: "text",
    context: [],
    find: (text) => findNames(text).filter(({ type }) => type === entity),
    source: "lists of names/data, by the sources that its README names; shape of words",
  })),
  namesInOtherScripts,
];
