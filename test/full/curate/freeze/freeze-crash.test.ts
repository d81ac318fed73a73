import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { expect, test } from "vitest";

import { verifyFrozen } from "../../../../src/curate/freeze/verify-frozen.ts";
import { MAIN, runCli } from "../../../cli/run-cli.ts";
import { folderOf } from "../../../curate/pipeline/rows.ts";
import { hashesBelow, rawLines } from "../../../curate/pipeline/tree.ts";

/** Kills that must land: `TUNEWRIGHT_KILLS=200` for a longer loop. */
const KILLS = Number(process.env["TUNEWRIGHT_KILLS"] ?? 8);

/** Rounds in which they must: one that ended before its kill makes the next kill come earlier. */
const ROUNDS_MAX = 6 * KILLS;

const FREEZE = ["data", "freeze", "data.jsonl", "--by", "Ada", "--reason", "test", "--quiet", "--out"];

test(`a freeze that is cut off by kill -9 at any moment, ${KILLS} times, leaves a whole version or none`, async () => {
  const lines = rawLines(30_000)
    .split("\n")
    .filter((line) => line.endsWith("}"));
  const folder = await folderOf({ "data.jsonl": lines.join("\n") });
  const started = Date.now();
  expect((await runCli([...FREEZE, "whole"], { cwd: folder })).code).toBe(0);
  let ms = Date.now() - started;
  let kills = 0;
  for (let round = 0; kills < KILLS && round < ROUNDS_MAX; round++) {
    const child = spawn(process.execPath, [MAIN, ...FREEZE, `v${round}`], { cwd: folder, stdio: "ignore" });
    const ended = new Promise<boolean>((resolve) => {
      child.once("close", (_code, signal) => resolve(signal === "SIGKILL"));
    });
    // Most of them while it writes, the last ones around the moment in which the version takes its place.
    await Promise.race([ended, sleep((0.3 + (0.75 * kills) / KILLS) * ms)]);
    child.kill("SIGKILL");
    if (await ended) kills += 1;
    else ms *= 0.8; // the machine is faster now than it was
    const out = join(folder, `v${round}`);
    if (existsSync(out)) expect(await verifyFrozen(out)).toMatchObject({ ok: true });
    else expect((await runCli([...FREEZE, `v${round}`], { cwd: folder })).code).toBe(0);
    expect(hashesBelow(out)["data.jsonl"]).toBe(hashesBelow(join(folder, "whole"))["data.jsonl"]);
    expect(readdirSync(folder).filter((name) => name.startsWith(`.v${round}.`))).toEqual([]);
  }
  expect(kills).toBe(KILLS);
});
