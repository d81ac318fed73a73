import type { Study } from "../../domain/study.ts";
import { htmlPage } from "../../report/html.ts";
import { studyDocument } from "./study-document.ts";
import type { StudyLinks } from "./study-links.ts";

/** A study as one self-contained HTML page: no script, no network. */
export function studyHtml(study: Study, links?: StudyLinks): string {
  return htmlPage(studyDocument(study, links));
}
