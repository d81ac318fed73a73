import type { CompliancePaper } from "../../domain/compliance-paper.ts";
import { htmlPage } from "../../report/html.ts";
import { markdownPage } from "../../report/markdown.ts";
import { paperDocument } from "./paper-document.ts";
import type { ProgrammeBom } from "./programme-bom.ts";

/** The papers as files: name and text, each paper as HTML, Markdown and JSON, the bill of materials as JSON. */
export function paperFiles(papers: readonly CompliancePaper[], bom: ProgrammeBom): [name: string, text: string][] {
  return [
    ["ml-bom.cdx.json", `${JSON.stringify(bom.document, null, 2)}\n`],
    ...papers.flatMap((paper): [string, string][] => [
      [`${paper.id}.html`, htmlPage(paperDocument(paper))],
      [`${paper.id}.md`, markdownPage(paperDocument(paper))],
      [`${paper.id}.json`, `${JSON.stringify(paper, null, 2)}\n`],
    ]),
  ];
}
