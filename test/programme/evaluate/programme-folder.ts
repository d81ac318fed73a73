import { chmodSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { afterAll } from "vitest";

import { runHere } from "../../cli/run-here.ts";
import { jsonl } from "../../curate/pipeline/rows.ts";

const folders: string[] = [];
afterAll(async () => {
  for (const folder of folders) {
    unlockFolder(folder);
    await rm(folder, { recursive: true, force: true });
  }
});

/** Makes the frozen files of a folder writable. */
export function unlockFolder(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) unlockFolder(path);
    else chmodSync(path, 0o644);
  }
}

/** Items `q0` and on: a question each, its number as the answer, two slices. */
export function questions(count: number): Record<string, string>[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `q${index}`,
    question: `What is ${index} + 0?`,
    answer: String(index),
    half: index < count / 2 ? "first" : "second",
  }));
}

/** A programme folder with files, its set `rows` frozen and locked as `set`, and `eval/e.yaml` with this text. */
export async function evaluationFolder(
  rows: readonly unknown[],
  { yaml, files = {} }: { yaml: string; files?: Readonly<Record<string, string>> },
): Promise<string> {
  const dir = mkdtempSync(join(tmpdir(), "tunewright-eval-"));
  folders.push(dir);
  for (const [name, text] of Object.entries({ ...files, "eval/e.yaml": yaml, "set.jsonl": jsonl(rows) })) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), text);
  }
  await ok(dir, "data freeze set.jsonl --out frozen/v1 --by QA --reason test");
  await ok(dir, "eval init e --set frozen/v1 --set-name set --slice half");
  return dir;
}

/** Runs a command line that must succeed, and gives its JSON. */
export async function ok(dir: string, line: string): Promise<unknown> {
  const { code, stdout, stderr } = await runHere([...line.split(" "), "--json"], { cwd: dir });
  if (code !== 0) throw new Error(`${line}: ${code}\n${stderr}`);
  return JSON.parse(stdout) as unknown;
}

/** Text of an evaluation of targets, by their fields, that scores numbers. */
export function yamlOf(targets: Record<string, string>, more = ""): string {
  const lines = Object.entries(targets).map(([name, fields]) => `  ${name}: { ${fields} }`);
  return `set: set
prompt: "{{question}}"
reference: answer
targets:
${lines.join("\n")}
scorers:
  - { kind: numeric, name: accuracy }
${more}`;
}
