import { textTable, wrapText } from "../../base/text-table.ts";
import type { VendorLink } from "../../domain/vendor-chain.ts";
import type { AppliedRequirement, ComplianceReport } from "../../domain/compliance.ts";
import { LEVEL, roleChains, rolesTable } from "./role-text.ts";

/** Disclaimer of everything that this part of the product prints. */
const NOT_ADVICE =
  "Not legal advice. [P] primary text read, [S] secondary source, [G] general knowledge, not checked, [D] derived.";

/** Number of questions that the terminal lists. */
const SHOWN_QUESTIONS = 8;

/**
 * Text of roles, duties with their evidence, and the next questions.
 *
 * @param isExplained  print the chain of each role instead of its reason alone
 */
export function complyText(report: ComplianceReport, isExplained = false): string {
  const { programme, on, law, roles, requirements, counts, deadlines } = report;
  return [
    `${programme}, ${on}`,
    wrapText(law),
    "",
    isExplained ? roleChains(roles) : rolesTable(roles),
    ...(isExplained
      ? []
      : ["--explain shows the rule, the facts with their sources, and what would change each answer."]),
    "",
    ...requirementTables(requirements),
    wrapText(
      `${counts.applying} of ${counts.known} requirements apply today, ${counts.obligations} of them duties; ${counts.later} apply later; ${counts.unknown} depend on unknown facts. ${counts.generalKnowledge} of the listed ones rest on general knowledge. Evidence: ${counts.evidenceFound} of ${counts.evidenceAsked} items.`,
    ),
    "",
    ...staleLines(report),
    ...askedLines(report),
    ...vendorLines(report),
    ...questionLines(report),
    ...dateLines(deadlines),
    NOT_ADVICE,
  ].join("\n");
}

/** Requirements that apply today by kind, duties first; later ones in one table; unknown ones as a count. */
function requirementTables(requirements: readonly AppliedRequirement[]): string[] {
  const today = requirements.filter(({ applies }) => applies === "yes");
  const kinds = [...new Set(today.map(({ kind }) => kind))].toSorted((a, b) => order(a) - order(b));
  const tables = kinds.map((kind) =>
    table(
      `${kind}s today`,
      today.filter((requirement) => requirement.kind === kind),
    ),
  );
  const later = requirements.filter(({ applies }) => applies === "later");
  return [...tables, ...(later.length === 0 ? [] : [table("later", later)])].flatMap((text) => [text, ""]);
}

const KINDS = ["obligation", "gate", "permission", "guidance", "control", "criterion", "outcome"];

function order(kind: string): number {
  return KINDS.indexOf(kind);
}

function table(head: string, requirements: readonly AppliedRequirement[]): string {
  return textTable(
    [
      { head },
      { head: "", wrap: 50 },
      { head: "reference", wrap: 28 },
      { head: "from" },
      { head: "evidence", align: "right" },
      { head: "" },
    ],
    requirements.map(({ id, title, ref, from, evidence, verification }) => [
      id,
      title,
      ref,
      from ?? "",
      evidenceWords(evidence),
      LEVEL[verification],
    ]),
  );
}

function evidenceWords(evidence: AppliedRequirement["evidence"]): string {
  const found = evidence.filter(({ state }) => state === "found").length;
  const stale = evidence.filter(({ state }) => state === "stale").length;
  return `${found} of ${evidence.length}${stale > 0 ? `, ${stale} stale` : ""}`;
}

/** Evidence that is out of date: one line for the requirements that share it. */
function staleLines({ requirements }: ComplianceReport): string[] {
  const rows = new Map<string, { ref: string; detail: string; ids: string[] }>();
  for (const { id, applies, evidence } of requirements) {
    if (applies === "unknown") continue;
    for (const { state, ref, detail } of evidence) {
      if (state !== "stale" || ref === null) continue;
      const row = rows.get(ref) ?? { ref, detail, ids: [] };
      if (!row.ids.includes(id)) row.ids.push(id);
      rows.set(ref, row);
    }
  }
  if (rows.size === 0) return [];
  return [
    textTable(
      [
        { head: "out of date", wrap: 34 },
        { head: "", wrap: 56 },
        { head: "for", wrap: 30 },
      ],
      [...rows.values()].map(({ ref, detail, ids }) => [ref, detail, ids.join(", ")]),
    ),
    "",
  ];
}

/** Open items that a person was asked for, the earliest day first; one line for the requirements that share an item. */
function askedLines({ on, requirements, counts }: ComplianceReport): string[] {
  const rows = new Map<string, { due: string; from: string; artifact: string; ids: string[] }>();
  for (const { id, applies, evidence } of requirements) {
    if (applies === "unknown") continue;
    for (const { artifact, state, askedFrom, due } of evidence) {
      if (state === "found" || askedFrom === null || due === null) continue;
      const key = JSON.stringify([due, askedFrom, artifact]);
      const row = rows.get(key) ?? { due, from: askedFrom, artifact, ids: [] };
      row.ids.push(id);
      rows.set(key, row);
    }
  }
  if (rows.size === 0) return [];
  const ordered = [...rows.values()].toSorted((a, b) => (a.due < b.due ? -1 : a.due > b.due ? 1 : 0));
  return [
    textTable(
      [{ head: "due" }, { head: "asked from", wrap: 30 }, { head: "item", wrap: 50 }, { head: "for", wrap: 30 }],
      ordered.map(({ due, from, artifact, ids }) => [
        due < on ? `${due}, overdue` : due,
        from,
        artifact,
        ids.join(", "),
      ]),
    ),
    ...(counts.overdue === 0
      ? []
      : [
          `${counts.overdue === 1 ? "1 item that applies today is" : `${counts.overdue} items that apply today are`} overdue.`,
        ]),
    "",
  ];
}

/** Vendors with their agreements, then what is missing. */
function vendorLines({ vendors: { links, problems } }: ComplianceReport): string[] {
  if (links.length === 0) return [];
  const name = (link: VendorLink): string =>
    link.through === null ? link.name : `${link.name}, through ${link.through}`;
  return [
    textTable(
      [{ head: "vendor", wrap: 30 }, { head: "DPA" }, { head: "BAA" }, { head: "named in", wrap: 60 }],
      links.map((link) => [name(link), link.dpa.state, link.baa.state, link.seen.join(", ")]),
    ),
    ...problems.map((problem) => wrapText(`missing: ${problem}`)),
    "",
  ];
}

function dateLines(deadlines: ComplianceReport["deadlines"]): string[] {
  if (deadlines.length === 0) return [];
  const rows = deadlines.map(({ date, what }) => [date, what]);
  return [textTable([{ head: "from" }, { head: "what begins", wrap: 86 }], rows), ""];
}

function questionLines({ questions }: ComplianceReport): string[] {
  if (questions.length === 0) return [];
  const rest = questions.length - SHOWN_QUESTIONS;
  return [
    textTable(
      [{ head: "answer next" }, { head: "", wrap: 70 }, { head: "decides", align: "right" }],
      questions
        .slice(0, SHOWN_QUESTIONS)
        .map(({ fact, question, type, decides }) => [fact, question === "" ? type : question, String(decides)]),
    ),
    ...(rest > 0 ? [`and ${rest} more: tunewright comply ask`] : []),
    "",
  ];
}

/** All open questions, most decisive first, as a block to paste into `compliance.yaml`. */
export function questionsText({ questions }: ComplianceReport): string {
  if (questions.length === 0) return "No open questions.";
  return [
    "# Add your answers under answers: in compliance.yaml. Most decisive first.",
    "answers:",
    ...questions.flatMap(({ fact, type, question, decides }) => [
      `  # ${question === "" ? fact : question} (${type}; may settle ${decides} requirement${decides === 1 ? "" : "s"})`,
      `  # ${fact}: { value: ..., by: your name, on: YYYY-MM-DD }`,
    ]),
  ].join("\n");
}
