import { readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { complianceCatalogue } from "../../src/catalog/compliance.ts";
import { EvidenceSource, type Predicate } from "../../src/domain/compliance.ts";

const { requirements, facts } = complianceCatalogue();
const page = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

describe("the requirements", () => {
  // Counted in the laws and standards when they were read, 25 November 2026; a requirement that goes or comes changes one.
  test.each([
    ["EU_AI_ACT", 45, 36],
    ["EU_COPYRIGHT", 10, 9],
    ["GDPR", 27, 25],
    ["HIPAA", 18, 18],
    ["SOC2_TSC", 35, 0],
    ["ISO27001_2022", 35, 0],
    ["ISO42001_2023", 42, 0],
    ["NIST_AI_RMF_1_0", 34, 0],
  ])("of %s are %d, of which %d are obligations", (framework, count, obligations) => {
    const own = requirements.filter((requirement) => requirement.framework === framework);
    expect([own.length, own.filter(({ kind }) => kind === "obligation").length]).toEqual([count, obligations]);
  });

  test("have ids of their own, and depend on facts that can be stated", () => {
    expect(new Set(requirements.map(({ id }) => id)).size).toBe(requirements.length);
    const known = new Set(facts.map(({ id }) => id));
    const named = requirements.flatMap(({ appliesWhen }) => factsOf(appliesWhen));
    expect(named.length).toBeGreaterThan(200);
    expect(named.filter((id) => !known.has(id))).toEqual([]);
  });

  test.each(["docs/guides/comply.md", "src/catalog/data/README.md", "src/catalog/compliance.ts"])(
    "are as many as %s says, and so are those that rest on general knowledge",
    (path) => {
      const general = requirements.filter(({ verification }) => verification === "general").length;
      expect(page(path)).toContain(`${requirements.length} requirements of eight laws and standards`);
      expect(page(path)).toMatch(new RegExp(`\\b${general} (?:requirements rest|rest|are based) on general knowledge`));
    },
  );
});

describe("the table of proofs", () => {
  const proofs = JSON.parse(page("src/catalog/data/compliance/proofs.json")) as Record<
    string,
    Record<string, string[]>
  >;

  test("names items that exist, each once in its requirement", () => {
    const rows = Object.entries(proofs).flatMap(([id, items]) => Object.keys(items).map((artifact) => [id, artifact]));
    expect(rows.length).toBeGreaterThan(60);
    for (const [id, artifact] of rows) {
      const items = requirements.find((requirement) => requirement.id === id)?.evidence ?? [];
      expect(
        items.filter((item) => item.artifact === artifact),
        `${id}: ${artifact}`,
      ).toHaveLength(1);
    }
  });

  test("gives every source of evidence at least one item", () => {
    const used = new Set(requirements.flatMap(({ evidence }) => evidence.flatMap(({ provedBy }) => provedBy)));
    expect(EvidenceSource.options.filter((source) => !used.has(source))).toEqual([]);
  });

  test("lets no output of ours prove what a person has to decide or write, except an approved paper or budget", () => {
    const manual = requirements.flatMap(({ evidence }) => evidence.filter(({ automation }) => automation === "manual"));
    expect(manual.filter(({ provedBy }) => provedBy.some((source) => !source.startsWith("paper:")))).toEqual([]);
  });
});

function factsOf(predicate: Predicate): string[] {
  if ("fact" in predicate) return [predicate.fact];
  if ("not" in predicate) return factsOf(predicate.not);
  if ("always" in predicate) return [];
  return ("all" in predicate ? predicate.all : predicate.any).flatMap(factsOf);
}
