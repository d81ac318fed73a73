import { existsSync, readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { complianceCatalogue } from "../../src/catalog/compliance.ts";
import { applicable } from "../../src/comply/applicable.ts";
import { deriveFacts } from "../../src/comply/derived-facts.ts";
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
const CORRECTED = new Set<string>([]);

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
      const facts = new Map([...stated, ...derived]);
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
});
