import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import planBudget from "../../../src/cli/commands/plan-budget.ts";
import planCost from "../../../src/cli/commands/plan-cost.ts";
import type { Answer, CommandDefinition } from "../../../src/cli/command.ts";
import type { Io } from "../../../src/cli/io.ts";
import { Budget } from "../../../src/domain/budget.ts";
import { ProgrammeCost, Reconciliation } from "../../../src/domain/cost.ts";
import type { Study } from "../../../src/domain/study.ts";
import { readProgramme } from "../../../src/programme/reading/read-programme.ts";
import { writeStudy } from "../../../src/programme/study/write-study.ts";
import { catchFailureAsync } from "../../catch-failure.ts";
import { studyOfFixture } from "../../programme/study/study-of-fixture.ts";
import { ROOT } from "../run-cli.ts";
import { runCommand } from "../run-command.ts";
import { longTest } from "../../long-suite.ts";

function run(command: CommandDefinition, raw: Record<string, unknown>, io: Partial<Io> = {}): Promise<Answer> {
  return runCommand(command, raw, { cwd: ROOT, now: () => new Date("2026-06-01T12:00:00Z"), ...io });
}

describe("plan cost", () => {
  test.each(["contracts", "support", "clinical"])("of examples/%s prints what it always printed", async (name) => {
    const answer = await run(planCost, { dir: `examples/${name}` });
    await expect(`${answer.text()}\n\nnext: ${answer.next}\n`).toMatchFileSnapshot(
      `../../golden/plan-cost-${name}.txt`,
    );
  });

  test("as JSON is the cost in its schema, with payback and reconciliation in addition to it", async () => {
    const { json } = await run(planCost, { dir: "examples/support", draws: "500" });
    const { cost, reconciliation } = json as { cost: unknown; reconciliation: unknown };
    expect(ProgrammeCost.parse(cost).draws).toBe(500);
    expect(Reconciliation.parse(reconciliation).addsUp).toBe(true);
  });

  longTest("explains a figure of the cost and one of the payback", async () => {
    const engineering = await run(planCost, { dir: "examples/contracts", explain: "cost.engineering.mlops" });
    expect(engineering.text()).toContain("user: programme.yaml: team.engineerWeeks");
    const month = await run(planCost, { dir: "examples/contracts", explain: "payback.monthWithServing" });
    expect(month.text()).toContain("payback.monthlyServing");
  });

  test("with --model costs one run", async () => {
    const flags = { model: "Qwen/Qwen2.5-7B", gpu: "H100", rows: "14000", meanTokens: "900" };
    const { json } = await run(planCost, flags);
    expect(json).toMatchObject({ model: "Qwen/Qwen2.5-7B", cost: { unit: "USD" } });
    const explained = await catchFailureAsync(() => run(planCost, { ...flags, explain: "total.endToEnd" }));
    expect(explained.message).toContain("--explain needs a programme");
  });

  test("of a folder without a programme says how to get one", async () => {
    const failure = await catchFailureAsync(() => run(planCost, { dir: "test/golden" }));
    expect([failure.kind, failure.hint]).toEqual(["not_found", expect.stringContaining("tunewright init")]);
  });
});

describe("plan budget", () => {
  let folder = "";
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "budget-"));
    await cp(join(ROOT, "examples/contracts"), folder, { recursive: true });
  });
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });
  const approve = (raw: object = {}, io: Partial<Io> = {}): Promise<Answer> =>
    run(planBudget, { dir: ".", approver: "Head of finance", ...raw }, { cwd: folder, ...io });
  const written = async (): Promise<string> => readFile(join(folder, "budget.json"), "utf8");

  test("writes the budget and prints it", async () => {
    const answer = await approve({ note: "first half of the year" });
    const budget = Budget.parse(JSON.parse(await written()));
    expect(budget).toEqual(answer.json);
    expect(budget).toMatchObject({ approver: "Head of finance", approvedOn: "2026-06-01" });
    const text = answer.text().replaceAll(folder, "FOLDER").replaceAll(budget.sha256, "SHA256");
    await expect(`${text}\n`).toMatchFileSnapshot("../../golden/plan-budget.txt");
  });

  longTest("replaces a budget only after a yes", async () => {
    await approve();
    const first = await written();
    const refused = await catchFailureAsync(() => approve({ approver: "Someone else" }));
    expect([refused.kind, refused.hint]).toEqual(["bad_input", "--yes replaces it"]);
    expect(await written()).toBe(first);
    let question = "";
    await approve({ approver: "Someone else" }, { confirm: (asked) => ((question = asked), Promise.resolve(true)) });
    expect(question).toContain("approved by Head of finance on 2026-06-01");
    expect(await written()).toContain("Someone else");
  });

  longTest("against a no-go study of the same programme is approved only after a warning and a yes", async () => {
    const loaded = await readProgramme(folder, "2026-06-01");
    const study = await studyOfFixture();
    const write = (verdict: Study["verdict"], programmeSha256: string): Promise<unknown> =>
      writeStudy({ ...study, verdict, programmeSha256 }, join(folder, "report"));
    await write("no-go", loaded.sha256);
    const notes: string[] = [];
    const refused = await catchFailureAsync(() => approve({}, { note: (line) => notes.push(line) }));
    expect([refused.kind, refused.hint]).toEqual(["bad_input", "pass --yes to approve it anyway"]);
    expect(notes).toEqual(["warning: the study of this programme says no-go"]);
    await approve({}, { confirm: () => Promise.resolve(true) });
    await rm(join(folder, "budget.json"));
    await write("no-go", "0".repeat(64));
    await approve();
  });

  test("stops at a budget that was changed after its approval, or is none", async () => {
    await approve();
    const changed = (await written()).replace('"approvedOn": "2026-06-01"', '"approvedOn": "2026-05-01"');
    await writeFile(join(folder, "budget.json"), changed);
    expect((await catchFailureAsync(() => approve())).message).toContain(
      "was changed after Head of finance approved it",
    );
    await writeFile(join(folder, "budget.json"), "{");
    expect((await catchFailureAsync(() => approve())).message).toContain("budget.json");
    await writeFile(join(folder, "budget.json"), '{"version": 1}');
    expect((await catchFailureAsync(() => approve())).message).toContain("budget.json, programme");
  });

  test("needs an approver", async () => {
    const failure = await catchFailureAsync(async () => approve({ approver: "" }));
    expect(failure.message).toContain("--approver");
  });
});
