import { chmodSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { runHere } from "../../cli/run-here.ts";
import { folderOf } from "./rows.ts";
import { PROGRAMME, rawLines } from "./tree.ts";

const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8);

describe.skipIf(process.platform === "win32")(
  "artefacts, which hold rows before redaction (Windows has no modes)",
  () => {
    test("can be read by their owner alone, and hard links too", async () => {
      for (const executor of ["inline"]) {
        const dir = await folderOf({ "programme.yaml": PROGRAMME, "data.jsonl": rawLines(300) });
        const words = ["data", "run", "--executor", executor, "--workers", "2", "--shard-rows", "100"];
        expect((await runHere(words, { cwd: dir })).code).toBe(0);
        const artefacts = join(dir, ".tunewright/artefacts");
        expect(mode(artefacts)).toBe("700");
        for (const entry of readdirSync(artefacts, { recursive: true, withFileTypes: true })) {
          expect(mode(join(entry.parentPath, entry.name)), entry.name).toBe(entry.isFile() ? "600" : "700");
        }
      }
    });

    test("of an earlier version are closed by the next run", async () => {
      const dir = await folderOf({ "programme.yaml": PROGRAMME, "data.jsonl": rawLines(10) });
      expect((await runHere(["data", "run", "--executor", "inline"], { cwd: dir })).code).toBe(0);
      chmodSync(join(dir, ".tunewright/artefacts"), 0o755);
      expect((await runHere(["data", "run", "--executor", "inline"], { cwd: dir })).code).toBe(0);
      expect(mode(join(dir, ".tunewright/artefacts"))).toBe("700");
    });
  },
);
