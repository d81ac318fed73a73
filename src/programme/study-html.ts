import type { Study } from "../domain/study.ts";
import { htmlPage } from "../report/html.ts";
import { studyDocument } from "./study-document.ts";

/** A study as one self-contained HTML page: no script, no network. */
export function studyHtml(study: Study): string {
  return htmlPage(studyDocument(study));
}
