import type { PiiMeasurement, PiiRecogniser } from "../../../domain/pii.ts";
import { NAMES } from "../names/name-recognisers.ts";
import { readDataLines } from "./read-data.ts";
import { RECOGNISERS } from "./registry.ts";

/** Every recogniser; those of names are last. */
const ALL = [...RECOGNISERS, ...NAMES];

/** All recognisers with their properties, by entity. */
export function recogniserFacts(): PiiRecogniser[] {
  const measured = measurements();
  const facts = ALL.map(({ entity, name, locales, isDefault, validate, source, isChecked }) => ({
    entity,
    name,
    locales: [...locales],
    isDefault,
    isChecked: validate !== undefined || isChecked === true,
    measured: measured.get(entity) ?? [],
    source,
  }));
  return facts.toSorted((a, b) => (a.entity < b.entity ? -1 : a.entity > b.entity ? 1 : 0));
}

/** Entities that any recogniser finds, in alphabetical order. */
export function knownEntities(): string[] {
  return [...new Set(ALL.map(({ entity }) => entity))].toSorted();
}

/** Names of all recognisers, in the order of the registry. */
export function knownRecognisers(): string[] {
  return ALL.map(({ name }) => name);
}

/** Countries with specific recognisers. */
export function knownLocales(): string[] {
  return [...new Set(ALL.flatMap(({ locales }) => locales))].toSorted();
}

/** Results of `bench/pii-recognisers.bench.mjs --measure`, by entity. */
function measurements(): ReadonlyMap<string, PiiMeasurement[]> {
  const byEntity = new Map<string, PiiMeasurement[]>();
  for (const line of readDataLines("measured.csv").slice(1)) {
    const [entity, set, on, known, found, right] = line.split(",") as [string, string, string, string, string, string];
    const share = (whole: string): number | null => (Number(whole) === 0 ? null : Number(right) / Number(whole));
    const list = byEntity.get(entity) ?? [];
    list.push({ set, on, known: Number(known), found: Number(found), precision: share(found), recall: share(known) });
    byEntity.set(entity, list);
  }
  return byEntity;
}
