import { join, relative } from "node:path";

import { auditDocument } from "../../audit/audit-page.ts";
import { atomicWriteAll } from "../../base/atomic-write-all.ts";
import { Failure } from "../../base/failure.ts";
import { readText } from "../../base/read-text.ts";
import { Audit } from "../../domain/audit.ts";
import { htmlPage } from "../../report/html.ts";
import { markdownPage } from "../../report/markdown.ts";
import { REPORT_FOLDER } from "../folder/report-folder.ts";
import { evidenceLinks } from "./evidence-links.ts";

/** File of an audit that the page Audit reads. */
const AUDIT_FILE = "audit.json";

/** An audit as files by name: the page, the same text as Markdown, and its data. */
function auditFiles(audit: Audit, links: Readonly<Record<string, string>>): [name: string, content: string][] {
  const document = auditDocument(audit, links);
  return [
    ["audit.html", htmlPage(document)],
    ["audit.md", markdownPage(document)],
    [AUDIT_FILE, `${JSON.stringify(audit, null, 2)}\n`],
  ];
}

/**
 * Writes the files of an audit of a programme into a folder; evidence in files of the programme is linked.
 *
 * @param dir  folder of the programme
 * @returns their paths
 */
export async function writeAudit(folder: string, { audit, dir }: { audit: Audit; dir: string }): Promise<string[]> {
  const links: Record<string, string> = {};
  for (const [place, { page, id }] of Object.entries(await evidenceLinks(dir, audit))) {
    if (id === null) continue;
    links[place] = relative(folder, join(dir, page === "evaluation" ? `evaluations/${id}/result.json` : id));
  }
  const files = auditFiles(audit, links).map(([name, content]) => [join(folder, name), content] as const);
  await atomicWriteAll(files);
  return files.map(([path]) => path);
}

/**
 * The last audit in the report folder of a programme, or the reason why it cannot be read if it exists but is invalid.
 */
export async function readAudit(dir: string): Promise<{ audit: Audit | null; problem: string | null }> {
  const shown = `${REPORT_FOLDER}/${AUDIT_FILE}`;
  try {
    const parsed = Audit.safeParse(JSON.parse(await readText(join(dir, REPORT_FOLDER, AUDIT_FILE), { shown })));
    if (parsed.success) return { audit: parsed.data, problem: null };
  } catch (error) {
    if (error instanceof Failure && error.kind === "not_found") return { audit: null, problem: null };
    if (!(error instanceof Failure) && !(error instanceof SyntaxError)) throw error;
  }
  return { audit: null, problem: `${shown} is not a valid audit: run the audit again` };
}
