import { join } from "node:path";

import { Failure } from "../../base/failure.ts";
import { parseJson } from "../../base/json.ts";
import { readText } from "../../base/read-text.ts";
import { shownPath } from "../reading/shown-path.ts";
import { renamedFieldsText, withPresentNames } from "../../domain/renamed-fields.ts";
import { Study } from "../../domain/study.ts";

/** Result of looking for a study: loaded, with notes for its reader; unreadable, with the reason; or absent. */
export type FoundStudy = { study: Study; warning?: string } | { problem: string } | undefined;

/** The study in a folder. An unreadable study is a result, not a failure. */
export async function readStudy(report: string): Promise<FoundStudy> {
  const path = join(report, "study.json");
  const shown = shownPath(path);
  try {
    const { value, renamed } = withPresentNames(parseJson(await readText(path, { shown }), shown));
    const parsed = Study.safeParse(value);
    if (!parsed.success) return { problem: `${shown} was not written by this version` };
    if (renamed.length === 0) return { study: parsed.data };
    return { study: parsed.data, warning: renamedFieldsText(renamed) };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return error.kind === "not_found" ? undefined : { problem: error.message };
  }
}

/** True if the study of the programme with this hash says no-go. */
export function isNoGo(found: FoundStudy, programmeSha256: string): boolean {
  if (found === undefined || "problem" in found) return false;
  return found.study.verdict === "no-go" && found.study.programmeSha256 === programmeSha256;
}
