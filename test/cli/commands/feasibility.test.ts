import { cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { Study } from "../../../src/domain/study.ts";
import feasibility from "../../../src/cli/commands/feasibility.ts";
import type { Io } from "../../../src/cli/io.ts";
import { DAY, FIXTURE } from "../../programme/study/study-of-fixture.ts";
import { ROOT } from "../run-cli.ts";
import { runHere } from "../run-here.ts";
import { longCases } from "../../long-suite.ts";

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "tunewright-feasibility-"));
});
afterAll(() => rm(root, { recursive: true }));

const GIVEN: ReadonlySet<string> = new Set();

/** An `Io` that keeps what it is told, on the day of the fixture. */
function recordingIo(cwd: string): { io: Io; steps: string[] } {
  const steps: string[] = [];
  const io: Io = {
    out: () => undefined,
    note: () => undefined,
    progress: (step) => {
      if (steps.at(-1) !== step) steps.push(step);
    },
    confirm: () => Promise.resolve(false),
    untilInterrupted: (work) => work(new AbortController().signal),
    cwd,
    env: {},
    now: () => new Date(`${DAY}T12:00:00Z`),
  };
  return { io, steps };
}

const OPTIONS = { dir: ".", exact: false, seed: 1 };

describe("tunewright feasibility", () => {
  test("prints verdict, key numbers and where the report is, and tells each step", async () => {
    const dir = join(root, "plain");
    await cp(FIXTURE, dir, { recursive: true });
    const { io, steps } = recordingIo(dir);
    const answer = await feasibility.run(io, OPTIONS, GIVEN);
    const told = [...steps.map((step) => `> ${step}`), "", answer.text(), "", `next: ${answer.next ?? ""}`];
    await expect(`${told.join("\n")}\n`).toMatchFileSnapshot("../../golden/study/feasibility.txt");
    expect((await readdir(join(dir, "report"))).toSorted()).toEqual(["study.html", "study.json", "study.md"]);
  });

  test("writes a study.json that is the answer of --json", async () => {
    const dir = join(root, "json");
    await cp(FIXTURE, dir, { recursive: true });
    const answer = await feasibility.run(recordingIo(dir).io, { ...OPTIONS, out: "elsewhere" }, GIVEN);
    const written = Study.parse(JSON.parse(await readFile(join(dir, "elsewhere/study.json"), "utf8")));
    expect(written).toEqual(JSON.parse(JSON.stringify(answer.json)));
  });

  test("leaves the old report where the programme is not valid", async () => {
    const dir = join(root, "broken");
    await cp(FIXTURE, dir, { recursive: true });
    await mkdir(join(dir, "report"));
    await writeFile(join(dir, "report/study.html"), "old");
    await writeFile(join(dir, "data/train.jsonl"), "");
    await expect(feasibility.run(recordingIo(dir).io, OPTIONS, GIVEN)).rejects.toThrow("train.jsonl");
    expect(await readdir(join(dir, "report"))).toEqual(["study.html"]);
    expect(await readFile(join(dir, "report/study.html"), "utf8")).toBe("old");
  });
});

describe.each(longCases(1, ["contracts", "support", "clinical"]))("the example %s", (example) => {
  test("is studied, and says what is next", async () => {
    const out = join(root, example);
    const { code, stdout, stderr } = await runHere(["feasibility", `examples/${example}`, "--out", out], { cwd: ROOT });
    expect([code, stderr.split("\n").filter((line) => line.startsWith("error"))]).toEqual([0, []]);
    expect(stdout).toMatch(/^end to end.* USD/m);
    expect(stderr).toMatch(/^next: .+, then: tunewright feasibility examples\//m);
    expect((await readdir(out)).toSorted()).toEqual(["study.html", "study.json", "study.md"]);
  });
});
