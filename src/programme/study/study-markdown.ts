import type { Study } from "../../domain/study.ts";
import { markdownPage } from "../../report/markdown.ts";
import { studyDocument } from "./study-document.ts";
import type { StudyLinks } from "./study-links.ts";

/** A study as GitHub-flavoured Markdown: the text of the HTML, without its charts. */
export function studyMarkdown(study: Study, links?: StudyLinks): string {
  return markdownPage(studyDocument(study, links));
}
