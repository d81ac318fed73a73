import { dutyCalendar } from "../../comply/duty-calendar.ts";
import { requirementMatrix } from "../../comply/requirement-matrix.ts";
import { htmlPage } from "../../report/html.ts";
import { markdownPage } from "../../report/markdown.ts";
import { paperDocument } from "./paper-document.ts";
import type { ProgrammePapers } from "./comply-papers.ts";

/**
 * The papers as files, name and text: each paper as HTML, Markdown and JSON, the bill of materials as JSON, the requirements
 * as a table, the days on which duties begin as a calendar.
 */
export function paperFiles({ papers, bom, report }: ProgrammePapers): [name: string, text: string][] {
  return [
    ["requirements.csv", requirementMatrix(report)],
    ["duties.ics", dutyCalendar(report)],
    ["ml-bom.cdx.json", `${JSON.stringify(bom.document, null, 2)}\n`],
    ...papers.flatMap((paper): [string, string][] => [
      [`${paper.id}.html`, htmlPage(paperDocument(paper))],
      [`${paper.id}.md`, markdownPage(paperDocument(paper))],
      [`${paper.id}.json`, `${JSON.stringify(paper, null, 2)}\n`],
    ]),
  ];
}
