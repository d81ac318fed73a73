import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** SHA-256 of every file below a folder by its path, in order: two folders with equal ones hold the same bytes. */
export function hashesBelow(folder: string): Record<string, string> {
  const names = (readdirSync(folder, { recursive: true }) as string[]).toSorted();
  return Object.fromEntries(
    names
      .filter((name) => statSync(join(folder, name)).isFile())
      .map((name) => [
        name,
        createHash("sha256")
          .update(readFileSync(join(folder, name)))
          .digest("hex"),
      ]),
  );
}

/** Contents that a pipeline left in a programme folder: its artefacts, and the output rows. */
export function leftIn(dir: string): Record<string, string> {
  const all = hashesBelow(dir);
  const isResult = (name: string): boolean =>
    name.startsWith(join(".tunewright", "artefacts")) || /^curated\.(?:[a-z]+\.)?jsonl$/.test(name);
  return Object.fromEntries(Object.entries(all).filter(([name]) => isResult(name)));
}

/** Rows as a programme's raw file would have them: many texts, some repeated, some lines broken. */
export function rawLines(count: number): string {
  return Array.from({ length: count }, (_, row) => {
    if (row % 97 === 13) return '{"prompt": "torn';
    if (row % 31 === 5) return JSON.stringify({ instruction: "" });
    return JSON.stringify({
      prompt: `question ${row % 700}`,
      completion: `answer ${row % 700} ${"word ".repeat(row % 50)}`,
    });
  }).join("\n");
}

/** A programme.yaml with a pipeline over data.jsonl. */
export const PROGRAMME = `version: 1
name: Pipeline
description: Rows for a pipeline.
task: {kind: chat, goals: [style]}
model: {base: Qwen/Qwen2.5-7B}
data:
  files: [{path: data.jsonl, role: train, origin: own}]
  plannedRows: 1000
  meanTokens: 100
  pipeline:
    - stage: trainable
    - stage: exact
`;
