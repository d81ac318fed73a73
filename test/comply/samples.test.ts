import { existsSync, readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { complianceCatalogue } from "../../src/catalog/compliance.ts";
import { applicable } from "../../src/comply/applicable.ts";
import { deriveFacts } from "../../src/comply/derived-facts.ts";
import { readTsv } from "../catalog/read-tsv.ts";
import type { FactValue } from "../../src/domain/compliance.ts";

const FILE = new URL("../../../shared/data/compliance/samples.json", import.meta.url);
const present = existsSync(FILE);
const README = new URL("../../src/catalog/data/README.md", import.meta.url);

interface Sample {
  id: string;
  on: string;
  resolved: Record<string, FactValue>;
  derived: string[];
  expected: string[];
  later: Record<string, string>;
  undetermined: string[];
  doubts: { id: string; doubt: string }[];
}

/** Requirements whose condition was corrected, with the reason in the catalogue's note; the samples hold the former one. */
const GOLDEN = readTsv("compliance-corrected.tsv");
const CORRECTED = new Set(GOLDEN.map(({ requirement }) => requirement));

/** Facts that the corrected conditions look at and the samples lack, by the description of each sample. */
const ADDED: Readonly<Record<string, readonly [string, FactValue][]>> = {
  // "A large EU staffing agency", private, that scores applicants.
  "eu-hr-screening": [["sys.publicServiceOrCredit", false]],
  // "The research group of an EU company".
  "internal-research": [["org.researchOrganisation", false]],
};

function factsOf(sample: Sample): Map<string, FactValue> {
  const stated = new Map(
    Object.entries(sample.resolved).map(([id, value]) => [id, value === "unknown" ? null : value] as const),
  );
  const derived = deriveFacts(stated).map(({ id, value }) => [id, value] as const);
  return new Map([...stated, ...derived, ...(ADDED[sample.id] ?? [])]);
}

describe.skipIf(!present)(`the six sample programmes${present ? "" : " (skipped: ../shared is absent)"}`, () => {
  const samples = present ? (JSON.parse(readFileSync(FILE, "utf8")) as { samples: Sample[] }).samples : [];
  const { requirements } = complianceCatalogue();

  test("there are six", () => expect(samples).toHaveLength(6));

  test.each(samples.map((sample) => [sample.id, sample] as const))(
    "%s: derived facts and requirements",
    (_, sample) => {
      const stated = new Map(
        Object.entries(sample.resolved).map(([id, value]) => [id, value === "unknown" ? null : value] as const),
      );
      const derived = new Map(deriveFacts(stated).map(({ id, value }) => [id, value]));
      for (const id of sample.derived) {
        const wanted = stated.get(id) ?? null;
        if (typeof wanted === "number") expect(Number(derived.get(id)) / wanted, id).toBeCloseTo(1, 3);
        else expect(derived.get(id), id).toEqual(wanted);
      }
      const facts = factsOf(sample);
      const found = applicable(requirements, facts, sample.on).filter(
        ({ requirement }) => !CORRECTED.has(requirement.id),
      );
      const ids = (wanted: readonly string[]): string[] => wanted.filter((id) => !CORRECTED.has(id));
      expect(found.filter(({ applies }) => applies !== "unknown").map(({ requirement }) => requirement.id)).toEqual(
        ids(sample.expected),
      );
      const later = found.filter(({ applies }) => applies === "later");
      const wanted = Object.entries(sample.later).filter(([id]) => !CORRECTED.has(id));
      expect(Object.fromEntries(later.map(({ requirement, from }) => [requirement.id, from]))).toEqual(
        Object.fromEntries(wanted),
      );
      expect(found.filter(({ applies }) => applies === "unknown").map(({ requirement }) => requirement.id)).toEqual(
        ids(sample.undetermined),
      );
    },
  );

  test.each(GOLDEN.map((row) => [row["sample"]!, row["requirement"]!, row] as const))(
    "%s: %s as its source says",
    (id, requirement, { state }) => {
      const sample = samples.find((each) => each.id === id)!;
      const found = applicable(requirements, factsOf(sample), sample.on).find(
        (each) => each.requirement.id === requirement,
      );
      expect(found === undefined ? "absent" : found.applies === "unknown" ? "unknown" : "yes").toBe(state);
    },
  );

  /** Decisions on each doubt that the samples state about a condition, with the source. */
  const DOUBTS = readTsv("compliance-doubts.tsv");

  test("every doubt of the samples has a verdict with a source", () => {
    const named = samples.flatMap(({ id, doubts }) => doubts.map((_, index) => `${id} ${index + 1}`));
    expect(DOUBTS.map(({ sample, doubt }) => `${sample} ${doubt}`)).toEqual(named);
    expect(DOUBTS.filter(({ source }) => source === "")).toEqual([]);
  });

  test.each(DOUBTS.map((row) => [row["sample"]!, row["doubt"]!, row] as const))(
    "doubt %s %s is settled as its source says",
    (sampleId, number, { verdict, id = "", shows = "" }) => {
      const sample = samples.find((each) => each.id === sampleId)!;
      const doubt = sample.doubts[Number(number) - 1]!;
      const found = applicable(requirements, factsOf(sample), sample.on);
      const state = found.find(({ requirement }) => requirement.id === id)?.applies ?? "absent";
      switch (verdict) {
        case "noted":
          expect(requirements.find((each) => each.id === id)!.note).toContain(shows);
          break;
        case "fact":
          expect(complianceCatalogue().facts.find((fact) => fact.id === id)!.description).toContain(shows);
          break;
        case "reference":
          expect(sample.expected).toHaveLength(Number(shows));
          break;
        case "not modelled":
          expect(readFileSync(README, "utf8")).toContain(shows);
          break;
        default:
          expect(["kept", "corrected"]).toContain(verdict);
          expect(state).toBe(shows);
      }
      // The row is about the doubt: the id is among those that it names, or the doubt names a group or no id.
      if (id !== "" && /^[A-Z]+(?:-[\w]+)+$/.test(doubt.id)) expect(doubt.id).toBe(id);
    },
  );

  test.each(["none", "safeHarbor", "expert", "limitedDataSet", null])(
    "duties for health information as received hold where the rows are then de-identified (%s): 45 CFR 164.502(d)",
    (deid) => {
      const sample = samples.find(({ id }) => id === "us-phi-scribe")!;
      const held = applicable(requirements, factsOf(sample).set("data.deid", deid), sample.on);
      const ids = held.flatMap(({ requirement, applies }) => (applies === "yes" ? [requirement.id] : []));
      const expected = sample.expected.filter((id) => id.startsWith("HIPAA") && id !== "HIPAA-REID");
      expect(expected).toHaveLength(13);
      expect(ids).toEqual(expect.arrayContaining(expected));
    },
  );

  test("HIPAA binds nobody who is neither covered entity nor business associate", () => {
    const sample = samples.find(({ id }) => id === "us-phi-scribe")!;
    const facts = factsOf(sample).set("org.hipaaRole", "none");
    const ids = applicable(requirements, facts, sample.on).map(({ requirement }) => requirement.id);
    expect(ids.filter((id) => id.startsWith("HIPAA"))).toEqual([]);
  });
});
