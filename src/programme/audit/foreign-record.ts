import { join } from "node:path";

import { Failure } from "../../base/failure.ts";
import { fieldProblems } from "../../base/issue-text.ts";
import { parseJson } from "../../base/json.ts";
import { readTextIfAny } from "../../base/read-text.ts";
import { ForeignRecord } from "../../domain/audit-import.ts";

/** File of a folder that records the statements of the sources of `audit import`. */
export const RECORD_FILE = "audit-import.json";

/**
 * Reads the recorded statements of the sources of a programme's import; null for a programme that was not imported.
 *
 * @throws Failure bad_input if the file was not written by `audit import`
 */
export async function readForeignRecord(dir: string): Promise<ForeignRecord | null> {
  const text = await readTextIfAny(join(dir, RECORD_FILE), { shown: RECORD_FILE });
  if (text === null) return null;
  const value = parseJson(text, RECORD_FILE);
  const parsed = ForeignRecord.safeParse(value);
  if (parsed.success) return parsed.data;
  const [problem] = fieldProblems(parsed.error, value);
  throw new Failure(
    "bad_input",
    `${RECORD_FILE} was not written by tunewright audit import: ${problem?.path.join(".") ?? ""} ${problem?.text ?? ""}`,
    {
      hint: "import the sources again into a new folder",
    },
  );
}
