import { Failure } from "../base/failure.ts";
import { issueText, valueAt } from "../base/issue-text.ts";
import { parseJson } from "../base/json.ts";
import { readText } from "../base/read-text.ts";
import { Traffic } from "../domain/traffic.ts";

/**
 * A month of traffic from its file.
 *
 * @param shown  the path as messages call it
 * @throws Failure not_found, or bad_input with the first field that is wrong
 */
export async function readTrafficFile(path: string, shown: string): Promise<Traffic> {
  const value = parseJson(await readText(path, { shown }), shown);
  const parsed = Traffic.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue!.path.map(String).join(".") || "the whole";
  throw new Failure("bad_input", `${shown}: ${field} ${issueText(issue!, valueAt(value, issue!.path))}`, {
    hint: "expected a month of traffic in JSON: inputTokensPerMonth, outputTokensPerMonth and source at least",
  });
}
