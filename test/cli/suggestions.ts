import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { runHere } from "./run-here.ts";
import { ROOT } from "./run-cli.ts";
import { commandWords, OUTSIDE } from "./suggested-commands.ts";

const cwd = mkdtempSync(join(tmpdir(), "tunewright-next-"));
/** Suggestions are followed this far: from a study to its methods, and on. */
const HOPS = 3;

/** The command that an answer suggests, after the first thing to do; undefined if it suggests none. */
function suggested(stderr: string): string | undefined {
  return /^next: .*?\btunewright (.+)$/m.exec(stderr)?.[1];
}

/** Hops that were left where a command was followed: chains meet, and what one has followed the next one need not. */
const followed = new Map<string, number>();

/** Follows what each command line suggests as next, in a copy of the fixtures and the examples. */
export function describeSuggestions(lines: readonly string[]): void {
  beforeAll(() => {
    cpSync(join(ROOT, "test/fixtures/workspace"), cwd, { recursive: true });
    for (const name of ["contracts", "support", "clinical"])
      cpSync(join(ROOT, "examples", name), join(cwd, name), { recursive: true });
    cpSync(join(ROOT, "test/fixtures/study"), join(cwd, "order desk"), { recursive: true });
    // The commands run on the day of this machine, whenever that is.
    const programme = join(cwd, "order desk/programme.yaml");
    writeFileSync(programme, readFileSync(programme, "utf8").replace(/deadline: [0-9-]+/, "deadline: 2999-12-31"));
  });
  afterAll(() => rmSync(cwd, { recursive: true }));

  describe("a command that is suggested as next does not fail", () => {
    test.each(lines)("after %s", async (line) => {
      let next: string | undefined = line;
      for (let left = HOPS; next !== undefined && left >= 0 && (followed.get(next) ?? -1) < left; left--) {
        if (OUTSIDE.test(next)) break;
        const { code, stderr } = await runHere(commandWords(next), { cwd });
        expect([next, code, code === 0 ? "" : stderr]).toEqual([next, 0, ""]);
        followed.set(next, left);
        next = suggested(stderr);
      }
    });
  });
}
