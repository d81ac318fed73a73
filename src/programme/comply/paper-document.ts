import type { CompliancePaper, FilledField } from "../../domain/compliance-paper.ts";
import type { FormatCheck } from "../../domain/format-check.ts";
import type { ReportDocument, Section } from "../../report/document.ts";

/** The document of a paper, for HTML and Markdown. */
export function paperDocument(paper: CompliancePaper): ReportDocument {
  const { title, version, verification, programme, on, fields, filled, duty } = paper;
  const titleOf = sectionTitles(fields);
  const sections = [...new Set(fields.map(({ section }) => titleOf(section)))];
  return {
    title: `${programme}: ${title}`,
    subtitle: paperShare(paper),
    facts: [
      { label: "Day", value: on },
      { label: "Template", value: version },
      { label: "How the fields were checked", value: verification },
      ...(duty === null ? [] : [{ label: "Required by", value: duty }]),
      { label: "Filled", value: `${filled} of ${fields.length}` },
      { label: "Approved", value: approvalText(paper) },
    ],
    sections: sections.map((section, index): Section => {
      const rows = fields.filter((field) => titleOf(field.section) === section);
      return { id: `section-${index + 1}`, title: section, blocks: [table(section, rows)] };
    }),
    footer: "Not legal advice.",
  };
}

/** The title of each section: one that is a number only continues the section whose title begins with that number. */
function sectionTitles(fields: readonly FilledField[]): (section: string) => string {
  const named = new Map(
    fields.flatMap(({ section }) => {
      const [number, ...words] = section.split(" ");
      return words.length === 0 || !/^\d/.test(section) ? [] : [[number!, section] as const];
    }),
  );
  return (section) => named.get(section) ?? section;
}

/** Approver of a paper, and whether it changed since. */
function approvalText({ approval }: CompliancePaper): string {
  if (approval === null) return "draft, not approved";
  const since = approval.isCurrent ? "" : "; out of date: the paper has changed since";
  return `by ${approval.by}, ${approval.at.slice(0, 10)}${since}`;
}

/** A sentence on the share of a paper that is filled. */
export function paperShare({ id, fields, filled }: CompliancePaper): string {
  return `${id}: ${filled} of ${fields.length} fields are filled (${Math.round((100 * filled) / fields.length)} %)`;
}

/** Verdict on a file in an external format, on one line. */
export function checkText({ file, format, checkedBy, problems }: FormatCheck): string {
  const verdict =
    problems.length === 0
      ? "no problem"
      : `${problems.length} ${problems.length === 1 ? "problem" : "problems"}: ${problems.slice(0, NAMED).join("; ")}${problems.length > NAMED ? `; and ${problems.length - NAMED} more` : ""}`;
  return `${file}: ${format}: ${verdict} (${checkedBy})`;
}

/** Maximum number of problems named on the line. */
const NAMED = 3;

function table(caption: string, rows: readonly FilledField[]): Section["blocks"][number] {
  return {
    kind: "table",
    caption,
    columns: [
      { head: "id", width: "nowrap" },
      { head: "field" },
      { head: "required" },
      { head: "answer", width: "wide" },
      { head: "from" },
    ],
    rows: rows.map(({ id, field, required, answer, from }) => ({ cells: [id, field, required, answer ?? "", from] })),
  };
}
