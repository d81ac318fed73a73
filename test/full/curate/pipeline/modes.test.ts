import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { runCli } from "../../../cli/run-cli.ts";
import { folderOf } from "../../../curate/pipeline/rows.ts";
import { PROGRAMME, rawLines } from "../../../curate/pipeline/tree.ts";

const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8);

describe.skipIf(process.platform === "win32")(
  "artefacts, which hold rows before redaction (Windows has no modes)",
  () => {
    test("can be read by their owner alone, whatever the executor, and hard links too", async () => {
      for (const executor of ["threads", "processes"]) {
        const dir = await folderOf({ "programme.yaml": PROGRAMME, "data.jsonl": rawLines(300) });
        const words = ["data", "run", "--executor", executor, "--workers", "2", "--shard-rows", "100"];
        expect((await runCli(words, { cwd: dir })).code).toBe(0);
        const artefacts = join(dir, ".tunewright/artefacts");
        expect(mode(artefacts)).toBe("700");
        for (const entry of readdirSync(artefacts, { recursive: true, withFileTypes: true })) {
          expect(mode(join(entry.parentPath, entry.name)), entry.name).toBe(entry.isFile() ? "600" : "700");
        }
      }
    });
  },
);
