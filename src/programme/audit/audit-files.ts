import { auditDocument } from "../../audit/audit-page.ts";
import type { Audit } from "../../domain/audit.ts";
import { htmlPage } from "../../report/html.ts";
import { markdownPage } from "../../report/markdown.ts";

/** An audit as files by name: the page, the same text as Markdown, and its data. */
export function auditFiles(audit: Audit): [name: string, content: string][] {
  const document = auditDocument(audit);
  return [
    ["audit.html", htmlPage(document)],
    ["audit.md", markdownPage(document)],
    ["audit.json", `${JSON.stringify(audit, null, 2)}\n`],
  ];
}
