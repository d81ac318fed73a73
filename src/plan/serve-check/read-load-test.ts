import { Failure } from "../../base/failure.ts";
import { issueText } from "../../base/issue-text.ts";
import { parseJson } from "../../base/json.ts";
import { LoadTestResult } from "../../domain/loadtest-result.ts";
import { RENAMED_LOAD_TEST_FIELDS, renamedFieldsText, withPresentNames } from "../../domain/renamed-fields.ts";

/**
 * Parses the result of a load test from JSON. Fields under an earlier name are accepted, with a finding.
 *
 * @param name  path for messages
 * @throws Failure bad_input if the text is not JSON or does not match the schema, with the first wrong field
 */
export function readLoadTest(text: string, name: string): LoadTestResult {
  const { value, renamed } = withPresentNames(parseJson(text, name), RENAMED_LOAD_TEST_FIELDS);
  const parsed = LoadTestResult.safeParse(value);
  if (parsed.success) {
    const warnings = renamed.length === 0 ? [] : [renamedFieldsText(renamed, RENAMED_LOAD_TEST_FIELDS)];
    return { ...parsed.data, findings: [...warnings, ...parsed.data.findings] };
  }
  const [issue] = parsed.error.issues;
  const given = issue!.path.reduce<unknown>(
    (inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key],
    value,
  );
  throw new Failure(
    "bad_input",
    `${name}: ${issue!.path.map(String).join(".") || "the file"} ${issueText(issue!, given)}`,
    {
      hint: "expected a CSV of measurements, or the JSON of a load test",
    },
  );
}
