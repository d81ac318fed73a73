import { stat } from "node:fs/promises";
import { join } from "node:path";

import type { Audit } from "../../domain/audit.ts";
import type { EvidenceLink } from "../../domain/audit-view.ts";

type Page = EvidenceLink["page"];

/** Pages that show the items named in a place, by the words that the rules use for them. */
const PAGES: readonly (readonly [words: RegExp, page: Page])[] = [
  [/^(?:runs of the experiment |tunewright runs list$)/, "runs"],
  [/^registered model /, "models"],
  [/^ledger\b/, "money"],
  [/^(?:cost\.shape|training) of the study$/, "study"],
  [/^last data run$/, "data-report"],
  [/^comply show$/, "comply"],
];

/** A file or folder, then optionally its line or row, then optionally a field. */
const PLACE = /^([^,]+?)(?:, (?:line|row) (\d+))?(?:, .*)?$/;

/** The id of an evaluation in the path of its result. */
const EVALUATION = /^evaluations\/([\w.-]+)\/result\.json$/;

/**
 * The locations where the evidence of an audit can be opened, by its place; places outside the programme are omitted.
 */
export async function evidenceLinks(dir: string, { answers }: Audit): Promise<Record<string, EvidenceLink>> {
  const links: Record<string, EvidenceLink> = {};
  for (const { rule, evidence } of answers) {
    for (const { place } of evidence) {
      const link = await linkTo(dir, place, rule);
      if (link !== undefined) links[place] = link;
    }
  }
  return links;
}

async function linkTo(dir: string, place: string, rule: string): Promise<EvidenceLink | undefined> {
  // The evidence of this rule is an obligation by its id.
  if (rule === "duties-overdue") return { page: "comply", id: null, row: null };
  const page = PAGES.find(([words]) => words.test(place))?.[1];
  if (page !== undefined) return { page, id: null, row: null };
  const [, path = "", row] = PLACE.exec(place) ?? [];
  const evaluation = EVALUATION.exec(path)?.[1];
  if (evaluation !== undefined) return { page: "evaluation", id: evaluation, row: null };
  if (path === "" || path.startsWith("/") || path.split("/").includes("..")) return undefined;
  const facts = await stat(join(dir, path)).catch(() => undefined);
  if (facts === undefined || (facts.isDirectory() && row === undefined)) return undefined;
  return { page: "file", id: path, row: row === undefined ? null : Number(row) };
}
