import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";

import { atomicWrite } from "../../base/atomic-write.ts";
import { Failure } from "../../base/failure.ts";
import { HitVerdict } from "../../domain/decontaminate.ts";

/** Verdicts by the key of their hit. */
export type Verdicts = ReadonlyMap<string, HitVerdict>;

/**
 * Reads a file of verdicts, one JSON object per line. A later line about a hit replaces an earlier one, but a model
 * does not replace a person. A missing file has no verdicts.
 *
 * @throws Failure bad_input with the invalid line
 */
export async function readVerdicts(path: string): Promise<Verdicts> {
  if (!existsSync(path)) return new Map();
  const lines = (await readFile(path, "utf8")).split("\n");
  const verdicts = new Map<string, HitVerdict>();
  for (const [index, line] of lines.entries()) {
    if (line.trim() === "") continue;
    const verdict = verdictOf(line);
    if (typeof verdict === "string") {
      throw new Failure("bad_input", `${path}, line ${index + 1}: ${verdict}`, {
        hint: 'expected {"key": "16 hex digits", "verdict": "keep" or "drop", "reason": "…", "by": "…", "on": "2026-11-25"}',
      });
    }
    const known = verdicts.get(verdict.key);
    if (verdict.model === undefined || known === undefined || known.model !== undefined)
      verdicts.set(verdict.key, verdict);
  }
  return verdicts;
}

function verdictOf(line: string): HitVerdict | string {
  try {
    const parsed = HitVerdict.safeParse(JSON.parse(line));
    if (parsed.success) return parsed.data;
    return parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ");
  } catch {
    return "not JSON";
  }
}

/**
 * The verdicts of a model that are new to a file: no person has decided, and the model has not given the same verdict
 * before.
 */
export function newVerdicts(said: readonly HitVerdict[], known: Verdicts): HitVerdict[] {
  return said.filter((entry) => {
    const before = known.get(entry.key);
    if (before === undefined) return true;
    return before.model !== undefined && (before.model !== entry.model || before.verdict !== entry.verdict);
  });
}

/** Adds verdicts to a file, all or none; earlier verdicts remain in it as history. */
export async function addVerdicts(path: string, verdicts: readonly HitVerdict[]): Promise<void> {
  await readVerdicts(path);
  const before = existsSync(path) ? await readFile(path, "utf8") : "";
  const separator = before === "" || before.endsWith("\n") ? "" : "\n";
  await atomicWrite(path, `${before}${separator}${verdicts.map((verdict) => `${JSON.stringify(verdict)}\n`).join("")}`);
}
