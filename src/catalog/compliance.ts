import { readFileSync } from "node:fs";

import * as z from "zod";

import { ComplianceFact, EvidenceSource, Requirement } from "../domain/compliance.ts";

/** Requirements, the facts on which they depend, and their sources. */
export type ComplianceCatalogue = {
  requirements: readonly Requirement[];
  facts: readonly ComplianceFact[];
  /** Source texts by id. */
  sources: Readonly<Record<string, string>>;
};

/** First day of the version of the law that the catalogue describes: Regulation (EU) 2026/1744 in force. */
export const LAW_FROM = "2026-07-27";

let catalogue: ComplianceCatalogue | undefined;

/**
 * 246 requirements of eight laws and standards, as of 25 November 2026; each is a paraphrase, not the original text.
 * 115 are based on general knowledge, and say so.
 *
 * @source data/README.md, "Compliance"
 */
export function complianceCatalogue(): ComplianceCatalogue {
  catalogue ??= {
    requirements: withProofs(z.array(Requirement).parse(readData("requirements"))),
    facts: z.array(ComplianceFact).parse(readData("facts")),
    sources: z.record(z.string(), z.string()).parse(readData("sources")),
  };
  return catalogue;
}

/** Proofs of each item of evidence, by requirement and item. An item without a row needs a paper of a person. */
const Proofs = z.record(z.string(), z.record(z.string(), z.array(EvidenceSource).min(1)));

function withProofs(requirements: readonly Requirement[]): Requirement[] {
  const proofs = Proofs.parse(readData("proofs"));
  return requirements.map((requirement) => ({
    ...requirement,
    evidence: requirement.evidence.map((item) => ({
      ...item,
      provedBy: proofs[requirement.id]?.[item.artifact] ?? [],
    })),
  }));
}

function readData(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`./data/compliance/${name}.json`, import.meta.url), "utf8"));
}
