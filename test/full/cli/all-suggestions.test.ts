import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, expect, test } from "vitest";

import { COMMANDS } from "../../../src/cli/registry.ts";
import { ROOT } from "../../cli/run-cli.ts";
import { runHere } from "../../cli/run-here.ts";
import { commandWords, type Suggestion, suggestedCommands } from "../../cli/suggested-commands.ts";

const root = mkdtempSync(join(tmpdir(), "tunewright-suggestions-"));
afterAll(() => rmSync(root, { recursive: true }));

/** Programmes, and folders that are none. */
const FOLDERS = ["clinical", "contracts", "gsm8k", "loop", "smollm2", "support", "tiny"];

/** Commands that start a server or replace what is there. */
const LEFT_OUT = ["serve", "restore", "loadtest"];

/**
 * Exits that a suggested command may have: done, or done with a finding. A remedy may also name a command whose own
 * files or records do not exist yet: it says so, and what creates them.
 */
const WORKS = { next: [0, 5], hint: [0, 3, 5] };

/** Every command for a folder: one that takes a folder with it, one that takes a file with its first file of rows. */
async function linesFor(name: string): Promise<string[]> {
  const isThere = (path: string): boolean => existsSync(join(ROOT, "examples", name, path));
  const file = ["data/train.jsonl", "test.jsonl"].find(isThere);
  const lines = await Promise.all(
    COMMANDS.filter(({ path }) => !LEFT_OUT.includes(path.join(" "))).map(async ({ path, load }) => {
      const { args } = (await load()).default;
      const words = path.join(" ");
      if (args[0] === "dir") return [`${words} ${name}`];
      const alone = `-C ${name} ${words}`;
      return args.length === 0 || file === undefined ? [alone] : [alone, `${alone} ${file}`];
    }),
  );
  return lines.flat();
}

/** True for a command that a sentence only mentions: "a folder that `tunewright data freeze` made". */
const isMention = ({ as, line }: Suggestion): boolean =>
  as === "hint" && COMMANDS.some(({ path }) => path.join(" ") === line.replace(/^-C \S+ /, ""));

test.each(FOLDERS)("no command that an answer about the example %s suggests fails", async (name) => {
  const cwd = mkdtempSync(join(root, `${name}-`));
  cpSync(join(ROOT, "examples", name), join(cwd, name), { recursive: true });
  const followed = new Set<string>();
  const faults: unknown[] = [];
  for (const line of await linesFor(name)) {
    const { stderr } = await runHere(commandWords(line), { cwd });
    for (const suggestion of suggestedCommands(stderr)) {
      if (followed.has(suggestion.line)) continue;
      followed.add(suggestion.line);
      const done = await runHere(commandWords(suggestion.line), { cwd });
      if (suggestion.as === "hint" && /requires confirmation\n/.test(done.stderr)) continue; // at a terminal it asks
      const isUnderstood = !/missing required argument|is required/.test(done.stderr);
      if (WORKS[suggestion.as].includes(done.code ?? 1) || (isMention(suggestion) && !isUnderstood)) continue;
      faults.push({ after: line, ...suggestion, code: done.code, stderr: done.stderr });
    }
  }
  expect(faults).toEqual([]);
  process.stdout.write(`${name}: ${followed.size} suggested commands followed\n`);
});
