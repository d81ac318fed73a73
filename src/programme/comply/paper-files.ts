import { strToU8 } from "fflate";

import { dutyCalendar } from "../../comply/duty-calendar.ts";
import { MATRIX_HEAD, requirementMatrix, requirementRows } from "../../comply/requirement-matrix.ts";
import type { CompliancePaper } from "../../domain/compliance-paper.ts";
import { PaperFormat } from "../../domain/paper-list.ts";
import { htmlPage } from "../../report/html.ts";
import { markdownPage } from "../../report/markdown.ts";
import { spreadsheet } from "../../report/spreadsheet.ts";
import { wordFile } from "../../report/word.ts";
import type { ProgrammePapers } from "./comply-papers.ts";
import { datedOfficeFile } from "./office-file.ts";
import { paperDocument } from "./paper-document.ts";

/** A file with its name. */
export type PaperFile = [name: string, content: Uint8Array];

/**
 * The papers as files: each paper as HTML, Word, Markdown and JSON, the bill of materials as JSON, the requirements as
 * a table (CSV, Excel), and the days on which duties begin as a calendar. Equal papers give equal bytes.
 */
export async function paperFiles({ papers, bom, report, formats }: ProgrammePapers): Promise<PaperFile[]> {
  const workbook = await spreadsheet("Requirements", MATRIX_HEAD, requirementRows(report));
  const files = await Promise.all(papers.map(filesOf));
  return [
    text("requirements.csv", requirementMatrix(report)),
    ["requirements.xlsx", datedOfficeFile(workbook, report.on)],
    text("duties.ics", dutyCalendar(report)),
    text("ml-bom.cdx.json", `${JSON.stringify(bom.document, null, 2)}\n`),
    ...formats.map(({ name, content }) => text(name, content)),
    ...files.flat(),
  ];
}

async function filesOf(paper: CompliancePaper): Promise<PaperFile[]> {
  return Promise.all(
    PaperFormat.options.map(async (format): Promise<PaperFile> => [
      `${paper.id}.${format}`,
      await paperFile(paper, format),
    ]),
  );
}

/** One paper in one format. */
export async function paperFile(paper: CompliancePaper, format: PaperFormat): Promise<Uint8Array> {
  const document = paperDocument(paper);
  if (format === "docx") return datedOfficeFile(await wordFile(document), paper.on);
  if (format === "html") return strToU8(htmlPage(document));
  return strToU8(format === "md" ? markdownPage(document) : `${JSON.stringify(paper, null, 2)}\n`);
}

function text(name: string, content: string): PaperFile {
  return [name, strToU8(content)];
}
