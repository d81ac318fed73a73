import { join, relative } from "node:path";

import { atomicWriteAll } from "../../base/atomic-write-all.ts";
import type { Study } from "../../domain/study.ts";

/** Paths of the three forms of a study. */
export type WrittenStudy = { html: string; markdown: string; json: string };

/**
 * Writes a study as HTML, Markdown and JSON, all three or none; existing files stay if they cannot be written.
 *
 * @param dir the programme folder, for links to its files
 * @throws Failure outside if the folder cannot be written
 */
export async function writeStudy(study: Study, folder: string, dir?: string): Promise<WrittenStudy> {
  const { studyHtml } = await import("./study-html.ts"); // imported here, because charts are slow to load
  const { studyMarkdown } = await import("./study-markdown.ts");
  const paths = {
    html: join(folder, "study.html"),
    markdown: join(folder, "study.md"),
    json: join(folder, "study.json"),
  };
  const report = study.curation?.report ?? null;
  const links = { dataReport: report === null || dir === undefined ? undefined : relative(folder, join(dir, report)) };
  await atomicWriteAll([
    [paths.html, studyHtml(study, links)],
    [paths.markdown, studyMarkdown(study, links)],
    [paths.json, `${JSON.stringify(study, null, 2)}\n`],
  ]);
  return paths;
}
