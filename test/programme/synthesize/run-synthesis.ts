import { readFileSync } from "node:fs";
import { join } from "node:path";

import { SynthesisResult } from "../../../src/domain/synthesis-result.ts";
import { runHere } from "../../cli/run-here.ts";

/** Runs the synthesis `qa` of a folder, with its exit code and result. */
export async function synthesized(
  dir: string,
  ...flags: string[]
): Promise<{ code: number | null; result: SynthesisResult }> {
  const line = ["data", "synthesize", "qa", "--yes", "--json", ...flags];
  const { code, stdout, stderr } = await runHere(line, { cwd: dir });
  if (stdout === "") throw new Error(stderr);
  return { code, result: SynthesisResult.parse(JSON.parse(stdout)) };
}

/** Rows that a check dropped, by check and reason. */
export function drops({ checks }: SynthesisResult): Record<string, number> {
  return Object.fromEntries(
    checks.flatMap(({ check, dropped }) => dropped.map(({ reason, rows }) => [`${check}: ${reason}`, rows])),
  );
}

/** Sealed rows of a synthesis. */
export function rowsIn(dir: string, result: SynthesisResult): Record<string, unknown>[] {
  const path = join(dir, result.sealed!.dir, "rows.jsonl");
  return readFileSync(path, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
