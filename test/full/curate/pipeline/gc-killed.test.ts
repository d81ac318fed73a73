import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { expect, test } from "vitest";

import { openArtefact } from "../../../../src/curate/pipeline/storing/artefact-store.ts";
import { readRemoved } from "../../../../src/curate/pipeline/lineage/removed-rows.ts";
import { GcResult } from "../../../../src/domain/gc.ts";
import { MAIN, runCli } from "../../../cli/run-cli.ts";
import { FILES } from "../../../curate/pipeline/gc/gc-programme.ts";
import { folderOf } from "../../../curate/pipeline/rows.ts";
import { leftIn } from "../../../curate/pipeline/tree.ts";

const cli = async (dir: string, ...words: string[]): Promise<string> => {
  const { code, stdout, stderr } = await runCli(words, { cwd: dir });
  expect(code, stderr).toBe(0);
  return stdout;
};
const gc = async (dir: string, ...words: string[]): Promise<GcResult> =>
  GcResult.parse(JSON.parse(await cli(dir, "gc", "--json", ...words)));
test("gc --unredacted killed at any moment leaves no artefact that is named whole and torn, and lineage as it was", async () => {
  const dir = await folderOf(FILES);
  await cli(dir, "data", "run", "--shard-rows", "1");
  const before = leftIn(dir);
  const started = Date.now();
  expect((await gc(dir, "--unredacted", "--yes")).remove).toHaveLength(2);
  const ms = Date.now() - started;
  await cli(dir, "data", "run", "--shard-rows", "1");
  const store = join(dir, ".tunewright/artefacts");
  const ends = new Set<string>();
  // A machine that is busier than it was needs later kills to come upon a removal.
  for (let round = 0; round < 6 || (round < 18 && !ends.has("read removed")); round++) {
    const lineage = await cli(dir, "data", "lineage", "--json");
    // Removal is the last part of the command; its start, Node's own, has nothing to cut off.
    const child = spawn(process.execPath, [MAIN, "gc", "--unredacted", "--yes"], { cwd: dir, stdio: "ignore" });
    const ended = new Promise((resolve) => child.once("close", resolve));
    await Promise.race([ended, sleep(ms * (0.4 + ((round * 0.618) % 1) * 0.6 + Math.max(0, round - 5) * 0.25))]);
    child.kill("SIGKILL");
    await ended;
    for (const name of readdirSync(store)) {
      const artefact = openArtefact(join(store, name));
      const manifest = await artefact.manifest();
      ends.add(`${name.split("-")[0]} ${manifest === undefined ? "removed" : "whole"}`);
      const removed = await readRemoved(join(store, name));
      expect(manifest ?? removed?.manifest, name).toBeDefined();
      if (removed !== undefined) continue; // said to have no rows any more
      for (const { shard } of manifest!.shards) expect(await artefact.doneShard(shard)).toBeDefined();
    }
    expect(await cli(dir, "data", "lineage", "--json")).toBe(lineage);
    await cli(dir, "data", "run", "--shard-rows", "1");
    expect(leftIn(dir)).toEqual(before);
  }
  expect(ends).toContain("read removed");
});
