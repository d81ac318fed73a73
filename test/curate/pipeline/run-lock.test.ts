import { existsSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { lockRun } from "../../../src/curate/pipeline/run-lock.ts";
import { runProcess } from "../../cli/run-cli.ts";
import { folderOf } from "./rows.ts";

/** A process that has ended. */
const ended = async (): Promise<number> => Number((await runProcess(process.execPath, ["-p", "process.pid"])).stdout);

describe("the right to run the pipeline of a folder", () => {
  test("is given to one at a time, and given back", async () => {
    const folder = await folderOf({ "run.lock": JSON.stringify({ host: hostname(), pid: process.ppid }) });
    await expect(lockRun(folder)).rejects.toThrow(`process ${process.ppid} on ${hostname()}`);
    const free = await folderOf({});
    const unlock = await lockRun(free);
    expect(existsSync(join(free, "run.lock"))).toBe(true);
    await unlock();
    expect(existsSync(join(free, "run.lock"))).toBe(false);
  });

  test("is taken over from a process that has ended, or was cut off while it took it", async () => {
    for (const owner of [JSON.stringify({ host: hostname(), pid: await ended() }), "", '{"pid"']) {
      const folder = await folderOf({ "run.lock": owner });
      await (
        await lockRun(folder)
      )();
    }
  });

  test("is not taken from another machine, which cannot be asked", async () => {
    const folder = await folderOf({});
    writeFileSync(join(folder, "run.lock"), JSON.stringify({ host: `not-${hostname()}`, pid: await ended() }));
    await expect(lockRun(folder)).rejects.toThrow("another run of this pipeline is under way");
  });
});
