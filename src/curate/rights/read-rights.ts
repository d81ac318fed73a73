import { dirname, posix } from "node:path";

import { Failure } from "../../base/failure.ts";
import { issueText } from "../../base/issue-text.ts";
import { readText } from "../../base/read-text.ts";
import { parseYaml } from "../../base/yaml.ts";
import { RightsFile, type RightsOptions } from "../../domain/rights.ts";
import type { RightsInput } from "./rights-stage.ts";
import { mustBeSignal } from "./signals/must-be-signal.ts";

/**
 * Reads a rights file and the opt-out files that it names.
 *
 * @param pathOf  path of a file named by the options or by `rightsFiles`
 * @throws Failure bad_input or not_found that names file, line and field
 */
export async function readRights(options: RightsOptions, pathOf: (name: string) => string): Promise<RightsInput> {
  const { rights } = options;
  if (rights === undefined) return { ...options, sources: [], texts: new Map() };
  const { sources } = parseRights(await readText(pathOf(rights), { shown: rights }), rights);
  const texts = new Map<string, string>();
  for (const { kind, file } of sources.flatMap(({ optOut }) => optOut)) {
    const name = posix.join(dirname(rights), file);
    if (!texts.has(file)) texts.set(file, await readText(pathOf(name), { shown: name }));
    mustBeSignal({ kind, text: texts.get(file)!, name });
  }
  return { ...options, sources, texts };
}

/** A rights file and the opt-out files that it names, relative to the rights file. */
export async function rightsFiles(rights: string, path: string): Promise<string[]> {
  const { sources } = parseRights(await readText(path, { shown: rights }), rights);
  const named = sources.flatMap(({ optOut }) => optOut.map(({ file }) => posix.join(dirname(rights), file)));
  return [rights, ...new Set(named)];
}

/** Parses a rights file. @throws Failure bad_input that names the line and the field */
export function parseRights(text: string, name: string): RightsFile {
  const { value, lineOf } = parseYaml(text, name);
  const parsed = RightsFile.safeParse(value);
  if (parsed.success) {
    const outside = parsed.data.sources
      .flatMap(({ optOut }) => optOut.map(({ file }) => file))
      .find((file) => /^[/\\]|^[a-z]:|(?:^|[/\\])\.\.(?:[/\\]|$)/i.test(file));
    const names = parsed.data.sources.map(({ source }) => source);
    const again = names.findIndex((name, index) => names.indexOf(name) !== index);
    if (again !== -1) {
      throw new Failure(
        "bad_input",
        `${name}, line ${lineOf(["sources", again])}: duplicate dataset "${names[again]}"`,
        { hint: "merge the two entries" },
      );
    }
    if (outside === undefined) return parsed.data;
    throw new Failure("bad_input", `${name}: the opt-out file ${outside} is outside the folder of the rights file`, {
      hint: "put a copy next to the rights file and name that",
    });
  }
  const issue = parsed.error.issues[0]!;
  const given = issue.path.reduce<unknown>(
    (inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key],
    value,
  );
  const keys = issue.code === "unrecognized_keys" ? `unknown field ${issue.keys.join(", ")}` : issueText(issue, given);
  throw new Failure(
    "bad_input",
    `${name}, line ${lineOf(issue.path)}: ${issue.path.join(".") || "the file"}: ${keys}`,
    {
      hint: "docs/concepts/rights.md shows every field",
    },
  );
}
