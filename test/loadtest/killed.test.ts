import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { describe, expect, test } from "vitest";

import type { LoadTestResult } from "../../src/domain/loadtest-result.ts";
import { runHere } from "../cli/run-here.ts";
import { expectWholeRecord, fileOf, killedRuns, linesOf, rebuilt, startTest } from "./killed-run.ts";
import { longTest } from "../long-suite.ts";

describe("a load test that is killed", () => {
  const runs = killedRuns();

  test("leaves whole lines, those among them that had been read before, and a result is made of them", async () => {
    await expectWholeRecord(runs, "killed", 150);
  });

  test("a last line that is cut is left out and said; another bad line is refused by its number", async () => {
    const [whole, head] = ["requests.jsonl", "test.json"].map((name) =>
      readFileSync(join(runs.dir, "killed", name), "utf8"),
    );
    const lines = whole!.trimEnd().split("\n");
    const write = async (folder: string, text: string): Promise<void> => {
      await mkdir(join(runs.dir, folder));
      await writeFile(join(runs.dir, folder, "test.json"), head!);
      await writeFile(join(runs.dir, folder, "requests.jsonl"), text);
    };
    await write("torn", `${lines.join("\n")}\n${lines[0]!.slice(0, 40)}`);
    const { counts, findings } = await rebuilt(runs.dir, "torn");
    expect(counts.ok + counts.failed).toBe(lines.length);
    expect(findings).toContain("the last line of the record is truncated after 40 characters and was ignored");
    await write("bad", `${lines[0]}\n{"point":0}\n${lines[1]}\n`);
    const refused = await runHere(["loadtest", "--from", "bad"], { cwd: runs.dir });
    expect(refused).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/bad\/requests\.jsonl, line 2: index/),
    });
    await write("none", "");
    expect((await runHere(["loadtest", "--from", "none"], { cwd: runs.dir })).stderr).toMatch(/has no requests/);
  });

  test("a result that is there is not written over, and other flags or a folder without a test are refused", async () => {
    const said = async (...words: string[]): Promise<string> =>
      (await runHere(["loadtest", ...words], { cwd: runs.dir })).stderr;
    expect(await said("--from", "killed")).toMatch(/killed\/result\.json already exists/);
    expect(await said("--from", "killed", "--rate", "3")).toMatch(
      /--from cannot be combined with --rate or other options/,
    );
    expect(await said(runs.stub.url, "--from", "killed")).toMatch(/cannot be combined with a URL/);
    expect(await said("--from", "nowhere")).toMatch(/nowhere\/test\.json does not exist/);
    expect(await said()).toMatch(/no URL given/);
  });

  longTest("an interrupt ends it in order: a partial result, its lines those of the file", async () => {
    const child = await startTest(runs, "interrupted");
    let stdout = "";
    child.stdout!.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    while (linesOf(runs.dir, "interrupted").length < 50) await sleep(20);
    child.kill("SIGINT");
    const [code] = (await once(child, "close")) as [number];
    expect(code).toBe(130);
    const result = JSON.parse(stdout) as LoadTestResult;
    expect(result).toMatchObject({ stopped: "interrupted", partial: true });
    const { lines, rest } = fileOf(runs.dir, "interrupted");
    expect(rest).toBe("");
    expect(lines).toHaveLength(result.counts.sent);
    const { sent, ok, failed, timedOut, cancelled } = result.counts;
    expect(ok + failed + timedOut + cancelled).toBe(sent);
    expect(ok).toBeGreaterThan(10);
    expect(failed).toBeGreaterThan(2);
  });
});
