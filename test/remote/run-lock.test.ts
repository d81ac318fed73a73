import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";

import { describe, expect, test, vi } from "vitest";

import { lockRun } from "../../src/remote/run-lock.ts";
import { runProcess } from "../cli/run-cli.ts";
import { folderOf } from "../curate/pipeline/rows.ts";

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

  test.skipIf(process.platform !== "linux")(
    "is taken over from a zombie: it has ended, and nobody asked how",
    async () => {
      // The shell becomes `sleep`, which never asks how its child ended.
      const parent = spawn("sh", ["-c", "sleep 0.1 & echo $!; exec sleep 600"]);
      try {
        const [line] = (await once(parent.stdout, "data")) as [Buffer];
        const pid = Number(line.toString());
        await vi.waitUntil(() => readFileSync(`/proc/${pid}/stat`, "latin1").includes(") Z "), { timeout: 300_000 });
        for (const started of [undefined, readFileSync(`/proc/${pid}/stat`, "latin1").split(") ")[1]!.split(" ")[19]]) {
          const folder = await folderOf({ "run.lock": JSON.stringify({ host: hostname(), pid, started }) });
          await (
            await lockRun(folder)
          )();
          expect(readdirSync(folder)).toEqual([]);
        }
      } finally {
        parent.kill();
      }
    },
  );

  test("is taken over from a process whose number another one has now", async () => {
    const owner = { host: hostname(), pid: process.ppid, started: "1" };
    const folder = await folderOf({ "run.lock": JSON.stringify(owner) });
    const unlock = await lockRun(folder);
    await expect(lockRun(folder)).rejects.toThrow(`process ${process.pid} on ${hostname()}`);
    await unlock();
    expect(readdirSync(folder)).toEqual([]);
  });

  test("is given to one of many that take over what is left, and stays with it", async () => {
    const folder = await folderOf({ "run.lock": JSON.stringify({ host: hostname(), pid: await ended() }) });
    const taken = await Promise.allSettled(Array.from({ length: 20 }, () => lockRun(folder)));
    const won = taken.filter((each) => each.status === "fulfilled");
    expect(won).toHaveLength(1);
    expect(existsSync(join(folder, "run.lock"))).toBe(true);
    await won[0]!.value();
    expect(readdirSync(folder)).toEqual([]);
  });

  test("is taken over where an earlier taker was cut off", async () => {
    const left = JSON.stringify({ host: hostname(), pid: await ended() });
    const folder = await folderOf({ "run.lock": left, "run.lock.taking": left });
    await (
      await lockRun(folder)
    )();
    expect(readdirSync(folder)).toEqual([]);
  });

  test("is a failure of the disk, and no bug, where the folder cannot be made", async () => {
    const folder = await folderOf({ file: "" });
    await expect(lockRun(join(folder, "file/inside"))).rejects.toMatchObject({
      kind: "outside",
      message: expect.stringContaining("cannot write") as string,
    });
  });

  test("is not taken from another machine, which cannot be asked", async () => {
    const folder = await folderOf({});
    writeFileSync(join(folder, "run.lock"), JSON.stringify({ host: `not-${hostname()}`, pid: await ended() }));
    await expect(lockRun(folder)).rejects.toThrow("another run of this pipeline is in progress");
  });
});
