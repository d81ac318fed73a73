import type * as z from "zod";

import { Failure } from "../../base/failure.ts";
import { issueText, valueAt } from "../../base/issue-text.ts";
import { parseJson } from "../../base/json.ts";
import { readText } from "../../base/read-text.ts";
import { didYouMean } from "../../base/suggest.ts";
import { parseYaml } from "../../base/yaml.ts";
import { Traffic } from "../../domain/traffic.ts";

/** Tokens without which no request is known. */
const SIDES = ["inputTokensPerMonth", "outputTokensPerMonth"] as const;

/**
 * Reads a month of traffic: the output of `tunewright plan traffic`, or your own file with `inputTokensPerMonth` and
 * `outputTokensPerMonth`, in JSON or YAML.
 *
 * @param path the file; `shown` is its name in messages
 * @throws Failure not_found; bad_input that names the field
 */
export async function readTrafficFile(path: string, shown: string): Promise<Traffic> {
  const text = await readText(path, { shown });
  const value = /\.ya?ml$/i.test(path) ? parseYaml(text, shown).value : parseJson(text, shown);
  const given = isGroup(value) && isGroup(value["traffic"]) ? value["traffic"] : value;
  const withSource =
    isGroup(given) && given["source"] === undefined ? { ...given, source: { kind: "user", ref: shown } } : given;
  const traffic = Traffic.safeParse(withSource);
  if (traffic.success) {
    const empty = SIDES.find((side) => traffic.data[side] === 0);
    if (empty === undefined) return traffic.data;
    throw new Failure("bad_input", `${shown}: ${empty} is 0, but requests have prompts and answers`, {
      hint: "check that the export counts both: tunewright plan traffic",
    });
  }
  const { issues } = traffic.error;
  const unknown = issues.find((issue) => issue.code === "unrecognized_keys"); // a misspelt field is also missing: report it first
  throw wrong(unknown ?? issues[0]!, given, shown);
}

function isGroup(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function wrong(issue: z.core.$ZodIssue, given: unknown, shown: string): Failure {
  const known = Object.keys(Traffic.shape);
  if (issue.code === "unrecognized_keys") {
    const [key] = issue.keys;
    return new Failure("bad_input", `${shown}: unknown field "${key}"`, {
      hint: didYouMean(key!, known) ?? "tunewright plan traffic reads a usage export and writes such a file",
    });
  }
  const field = issue.path.map(String).join(".");
  return new Failure("bad_input", `${shown}: ${field} ${issueText(issue, valueAt(given, issue.path))}`, {
    hint: "a month of traffic has inputTokensPerMonth and outputTokensPerMonth; tunewright plan traffic creates one from an export",
  });
}
