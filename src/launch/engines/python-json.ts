import { readFile } from "node:fs/promises";

import { isSystemError } from "../../base/failure.ts";

/** Values that Python writes and JSON does not have, outside of a string. */
const NOT_JSON = /("(?:[^"\\]|\\.)*")|-?\b(?:NaN|Infinity)\b/g;

/** Text of JSON as Python's `json` writes it; NaN and the infinities become the text "NaN". @throws SyntaxError */
export function parsePythonJson(text: string): unknown {
  return JSON.parse(text.replaceAll(NOT_JSON, (_found, inString: string | undefined) => inString ?? '"NaN"'));
}

/** A JSON file that Python wrote; undefined if it is missing or incomplete. */
export async function pythonJson(path: string): Promise<unknown> {
  try {
    return parsePythonJson(await readFile(path, "utf8"));
  } catch (error) {
    if (error instanceof SyntaxError || isSystemError(error, "ENOENT", "ENOTDIR")) return undefined;
    throw error;
  }
}
