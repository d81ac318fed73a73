import { readFileSync } from "node:fs";

import * as z from "zod";

import { ComplianceFact, Requirement } from "../domain/compliance.ts";

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
    requirements: z.array(Requirement).parse(readData("requirements")),
    facts: z.array(ComplianceFact).parse(readData("facts")),
    sources: z.record(z.string(), z.string()).parse(readData("sources")),
  };
  return catalogue;
}

function readData(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`./data/compliance/${name}.json`, import.meta.url), "utf8"));
}
