import { existsSync, readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { complianceCatalogue } from "../../src/catalog/compliance.ts";
import { applicable } from "../../src/comply/applicable.ts";
import { deriveFacts } from "../../src/comply/derived-facts.ts";
import { readTsv } from "../catalog/read-tsv.ts";
import type { FactValue } from "../../src/domain/compliance.ts";

const FILE = new URL("../../../shared/data/compliance/samples.json", import.meta.url);
const present = existsSync(FILE);

interface Sample {
  id: string;
  on: string;
  resolved: Record<string, FactValue>;
  derived: string[];
  expected: string[];
  later: Record<string, string>;
  undetermined: string[];
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

  test("HIPAA binds nobody who is neither covered entity nor business associate", () => {
    const sample = samples.find(({ id }) => id === "us-phi-scribe")!;
    const facts = factsOf(sample).set("org.hipaaRole", "none");
    const ids = applicable(requirements, facts, sample.on).map(({ requirement }) => requirement.id);
    expect(ids.filter((id) => id.startsWith("HIPAA"))).toEqual([]);
  });
});
