import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { SMTPServer } from "smtp-server";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { canonicalJson, sha256 } from "../../src/base/hash.ts";
import type { BudgetRequest } from "../../src/domain/money.ts";
import { post } from "../../src/ledger/post.ts";
import { raiseAlerts, setAlertTarget } from "../../src/programme/money/budget-alerts.ts";
import { budgetStates, SWEEP_TAG, sweepHolder } from "../../src/programme/money/budget-state.ts";
import { reserve, setBudget } from "../../src/programme/money/budgets.ts";
import { enterSpend } from "../../src/programme/money/enter-spend.ts";
import { guardRun } from "../../src/programme/money/guard.ts";
import { budgetText } from "../../src/programme/money/money-text.ts";
import type { Pricing } from "../../src/programme/money/pricing.ts";
import { budgetRequests } from "../../src/programme/money/set-budgets.ts";
import type { Store } from "../../src/store/open-store.ts";
import { openTestStore } from "../store/open-test-store.ts";
import { hourly, makeRun } from "./made-run.ts";

const NOW = Date.UTC(2026, 10, 29, 12);
const HOUR = 3_600_000;
const A = "a".repeat(32);
const B = "b".repeat(32);

let nowMs = NOW;
const PRICING: Pricing = { programmes: ["contracts"], pricesOf: () => [], now: () => new Date(nowMs) };

let store: Store;
let end: () => Promise<void>;
beforeEach(async () => {
  nowMs = NOW;
  ({ store, end } = await openTestStore(() => new Date(nowMs)));
});
afterEach(() => end());

function budget(capUsd: string, rest: Partial<BudgetRequest> = {}): Promise<number> {
  const request = {
    scope: "programme",
    key: "",
    capUsd,
    period: "total",
    setBy: "finance",
    sourceSha256: null,
  } as const;
  return setBudget(store, { ...request, ...rest }, NOW);
}

const ask = { id: A, horizonSec: 600, graceSec: 120 };

describe("the guard of a run", () => {
  test("stops it before a cap by the cost of its next checkpoint and its grace, and says which and what is left", async () => {
    await makeRun(store, { id: A, tags: { ...hourly("60"), team: "legal" }, intervals: [[NOW - HOUR, NOW, false]] });
    await budget("73", { scope: "tag", key: "team=legal" });
    // 60 USD are spent; 12 minutes cost 12: 72 fit into 73, and 71.99 do not
    expect(await guardRun(store, ask, PRICING)).toMatchObject({
      action: "warn",
      spentUsd: "60.00",
      usdPerHour: "60.00",
    });
    await budget("71.99", { scope: "tag", key: "team=legal" });
    const answer = await guardRun(store, ask, PRICING);
    expect(answer).toMatchObject({
      action: "stop",
      reason:
        "the budget of tag team=legal: 11.99 of 71.99 USD are left; the run needs 12.00 USD to reach its next checkpoint and stop",
    });
    expect(answer.secondsLeft).toBeCloseTo(599.4, 1);
    await guardRun(store, ask, PRICING);
    const decisions = await store.db.selectFrom("guard_decisions").select("action").orderBy("decision_no").execute();
    expect(decisions.map(({ action }) => action)).toEqual(["warn", "stop"]);
  });

  test("goes on without a budget, or without a price, and says so", async () => {
    await makeRun(store, { id: A, intervals: [[NOW - HOUR, NOW, false]] });
    expect(await guardRun(store, ask, PRICING)).toMatchObject({
      action: "continue",
      reason: "no budget applies to the run",
    });
    await budget("1");
    expect((await guardRun(store, ask, PRICING)).reason).toContain("no known price");
  });

  test("counts what is held for others, and not the run's own hold", async () => {
    await makeRun(store, { id: A, tags: hourly("1"), intervals: [[NOW - HOUR, NOW, false]] });
    await budget("100");
    await reserve(store, { runId: A, usd: "90", experiment: null, tags: [] }, { pricing: PRICING, now: new Date(NOW) });
    expect((await guardRun(store, ask, PRICING)).action).toBe("continue");
    await reserve(
      store,
      { runId: B, usd: "9.9", experiment: null, tags: [] },
      { pricing: PRICING, now: new Date(NOW) },
    );
    expect((await guardRun(store, ask, PRICING)).budgets[0]).toMatchObject({ heldUsd: "9.90", leftUsd: "89.10" });
  });
});

describe("a budget", () => {
  test("of a month counts what was spent in it, of a run that began before too", async () => {
    const start = Date.UTC(2026, 10, 1);
    await makeRun(store, { id: A, tags: hourly("2"), intervals: [[start - 10 * HOUR, start + 3 * HOUR, true]] });
    await budget("50", { period: "month" });
    expect((await budgetStates(store, PRICING, new Date(NOW)))[0]).toMatchObject({ spentUsd: "6.00", hitBy: [A] });
  });

  test("counts the runs of its period that have no price, and says so", async () => {
    const start = Date.UTC(2026, 10, 1);
    await makeRun(store, { id: A, intervals: [[start - 10 * HOUR, start + 3 * HOUR, true]] });
    await makeRun(store, { id: B, intervals: [[start - 10 * HOUR, start - HOUR, true]] });
    await budget("50", { period: "month" });
    await budget("50");
    const budgets = await budgetStates(store, PRICING, new Date(NOW));
    expect(budgets.map(({ spentUsd, unpricedRuns }) => [spentUsd, unpricedRuns])).toEqual([
      ["0.00", 1],
      ["0.00", 2],
    ]);
    expect(budgetText({ budgets })).toMatch(/1 run without a price not counted\n.*2 runs without a price not counted$/);
  });

  test("of an approved budget.json has its caps to the cent, and ends where a later approval does not have it", async () => {
    const approved = async (lines: readonly (readonly [string, string])[], capUsd: string): Promise<string[]> => {
      const dir = await mkdtemp(join(tmpdir(), "tunewright-approved-"));
      const common = {
        version: 1,
        programme: "p",
        approver: "CFO",
        approvedOn: "2026-11-25",
        note: "",
        currency: "USD",
      };
      const rows = lines.map(([category, cap], id) => ({
        id: String(id),
        category,
        label: category,
        budgetUsd: "1",
        capUsd: cap,
      }));
      const body = { ...common, lines: rows, notBudgeted: [], totalUsd: "1", capUsd, programmeSha256: "x" };
      const digest = sha256(canonicalJson(body));
      await writeFile(join(dir, "budget.json"), JSON.stringify({ ...body, sha256: digest }));
      for (const request of await budgetRequests(dir, { scope: "programme", key: "", period: "total" }))
        await setBudget(store, request, NOW);
      await rm(dir, { recursive: true });
      const states = await budgetStates(store, PRICING, new Date(NOW));
      return states.map(
        (state) => `${state.key} ${state.capUsd} ${state.sourceSha256 === digest ? "of it" : state.setBy}`,
      );
    };
    await budget("7", { scope: "tag", key: "team=legal" });
    const first = [
      ["data", "40.50"],
      ["data", "9.75"],
      ["training", "20"],
    ] as const;
    expect(await approved(first, "60")).toEqual([
      "team=legal 7 finance",
      "data 50.25 of it",
      "training 20 of it",
      " 60 of it",
    ]);
    expect(await approved([["data", "55"]], "55")).toEqual(["team=legal 7 finance", "data 55 of it", " 55 of it"]);
    expect(await store.db.selectFrom("budgets").select("cap_usd").execute()).toHaveLength(6); // all stay on record
  });

  test("counts hours and fixed costs that were entered, each reference once", async () => {
    await budget("1000", { scope: "activity", key: "data" });
    const hours = { activity: "data", hours: "12.5", usdPerHour: "80", memo: "review", payee: "Ada", reference: "T-1" };
    expect(await enterSpend(store, hours, new Date(NOW))).toEqual({ seq: 1, usd: "1000.00", isRepeat: false });
    expect((await enterSpend(store, hours, new Date(NOW))).isRepeat).toBe(true);
    expect((await enterSpend(store, hours, new Date(NOW + 90_000_000))).isRepeat).toBe(true); // sent again a day later
    await expect(enterSpend(store, { ...hours, hours: "13" }, new Date(NOW))).rejects.toThrow("was used for another");
    await expect(enterSpend(store, { ...hours, usd: "5" }, new Date(NOW))).rejects.toThrow(
      "give either an amount, or hours",
    );
    const [state] = await budgetStates(store, PRICING, new Date(NOW));
    expect(state).toMatchObject({ spentUsd: "1000.00", leftUsd: "0.00" });
  });

  test("of a run, an experiment or a tag counts what was entered in the name of its runs, and their reservations once", async () => {
    await makeRun(store, { id: A, tags: { ...hourly("60"), team: "legal" }, intervals: [[NOW - HOUR, NOW, true]] });
    await makeRun(store, { id: B, tags: { team: "sales" }, intervals: [] });
    for (const rest of [
      { scope: "run", key: A },
      { scope: "experiment", key: "Default" },
      { scope: "tag", key: "team=sales" },
      { scope: "programme" },
      { scope: "activity", key: "training" },
      { scope: "tag", key: "team=legal", period: "month" },
    ] as const) {
      await budget("1000", rest);
    }
    await reserve(
      store,
      { runId: B, usd: "50", experiment: "Default", tags: [] },
      { pricing: PRICING, now: new Date(NOW) },
    );
    const [own, other, old] = [
      [A, "10", NOW],
      [B, "20", NOW],
      [A, "5", Date.UTC(2026, 8, 1)],
    ].map(([runId, amount, effectiveMs]) => ({ runId, amount, effectiveMs }) as Paid);
    await store.write(async (db) => {
      for (const paid of [own!, other!, old!]) await post(db, trained(paid), NOW);
    });
    const states = await budgetStates(store, PRICING, new Date(NOW));
    expect(states.map(({ spentUsd, heldUsd }) => [spentUsd, heldUsd])).toEqual([
      ["75.00", "0.00"],
      ["95.00", "30.00"],
      ["20.00", "30.00"],
      ["95.00", "30.00"],
      ["95.00", "30.00"],
      ["70.00", "0.00"],
    ]);
    expect(states[1]!.hitBy).toEqual([A, B]);
  });

  test("uses up what a sweep reserved by the machines and the paid tokens of its trials", async () => {
    const tags = { ...hourly("3"), [SWEEP_TAG]: "s1" };
    await makeRun(store, { id: A, tags, intervals: [[NOW - HOUR, NOW, true]] });
    await budget("100");
    const time = { pricing: PRICING, now: new Date(NOW) };
    await reserve(store, { runId: sweepHolder("s1"), usd: "60", experiment: null, tags: [] }, time);
    await store.write((db) => post(db, trained({ runId: A, amount: "10", effectiveMs: NOW }), NOW));
    const held = async (): Promise<unknown> => (await budgetStates(store, PRICING, new Date(NOW)))[0];
    expect(await held()).toMatchObject({ spentUsd: "13.00", heldUsd: "47.00", leftUsd: "40.00" });

    // What a run has spent, tokens too, is part of what it reserves: 13 of 53 USD, and 40 are left.
    const fits = { runId: A, usd: "53", experiment: null, tags: [] };
    await expect(reserve(store, { ...fits, usd: "53.01" }, time)).rejects.toThrow("would exceed the budget");
    await reserve(store, fits, time);
    expect(await held()).toMatchObject({ heldUsd: "87.00", leftUsd: "0.00" });
  });
});

type Paid = { runId: string; amount: string; effectiveMs: number };

/** Tokens that a provider trained for a run. */
const trained = ({ runId, amount, effectiveMs }: Paid): Parameters<typeof post>[1] => ({
  idempotencyKey: `training:${runId}-${effectiveMs}`,
  kind: "spend",
  currency: "USD",
  effectiveMs,
  runId,
  memo: "trained tokens",
  lines: [
    { account: "spent:training", amount },
    { account: "paid:training/job", amount: `-${amount}` },
  ],
});

describe("alerts", () => {
  let received: string[] = [];
  let http: Server;
  let smtp: SMTPServer;
  let mails: string[] = [];
  let isDown = false;
  beforeEach(async () => {
    [received, mails, isDown] = [[], [], false];
    http = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString()));
      request.on("end", () => {
        if (!isDown) received.push(`${request.url} ${body}`);
        response.writeHead(isDown ? 503 : 200).end();
      });
    });
    await new Promise<void>((resolve) => {
      http.listen(0, "127.0.0.1", resolve);
    });
    smtp = new SMTPServer({
      disabledCommands: ["STARTTLS"],
      onAuth: ({ username, password }, _, done) =>
        username === "tw" && password === "a secret" ? done(null, { user: username }) : done(new Error("no")),
      onData: (stream, _, done) => {
        let text = "";
        stream.on("data", (chunk: Buffer) => (text += chunk.toString()));
        stream.on("end", () => {
          mails.push(text);
          done();
        });
      },
    });
    await new Promise<void>((resolve) => {
      smtp.listen(0, "127.0.0.1", resolve);
    });
  });
  afterEach(async () => {
    await new Promise((resolve) => http.close(resolve));
    await new Promise<void>((resolve) => {
      smtp.close(resolve);
    });
  });

  const at = { remove: false, nowMs: NOW };
  const url = (path: string): string => `http://127.0.0.1:${(http.address() as AddressInfo).port}${path}`;
  const mail = (): { smtpUrl: string; from: string } => ({
    smtpUrl: `smtp://tw:a%20secret@127.0.0.1:${(smtp.server.address() as AddressInfo).port}`,
    from: "tunewright@example.org",
  });

  test("go once for each share of a cap to a webhook, to Slack and by mail, by the forecast", async () => {
    await makeRun(store, { id: A, tags: hourly("1"), intervals: [[NOW - HOUR, NOW, false]] });
    await setAlertTarget(store, { kind: "webhook", address: url("/hook") }, at);
    await setAlertTarget(store, { kind: "slack", address: url("/slack") }, at);
    await setAlertTarget(store, { kind: "email", address: "finance@example.org" }, at);
    await budget("48"); // 1 spent, 24 more in a day: 52 %
    expect(await raiseAlerts(store, PRICING, mail())).toBe(1);
    expect(await raiseAlerts(store, PRICING, mail())).toBe(0);
    const text =
      "Budget programme reaches 50 % of 48 USD: spent 1.00, reserved 0.00, left 47.00, forecast 25.00; most by run aaaaaaaa";
    expect(received.toSorted()).toEqual([
      `/hook ${JSON.stringify({ text, percent: 50, budgetNo: 1, raisedAt: new Date(NOW).toISOString() })}`,
      `/slack ${JSON.stringify({ text })}`,
    ]);
    expect(mails).toHaveLength(1);
    expect(mails[0]).toContain("Subject: Budget programme reaches 50 % of 48 USD");
    expect(mails[0]!.replaceAll(/=?\r?\n/g, "")).toContain("left 47.00");
    await budget("24"); // a new budget has alerts of its own
    expect(await raiseAlerts(store, PRICING, mail())).toBe(1);
    expect(received.at(-1)).toContain("reaches 100 %");
  });

  test("that cannot be sent stay with what went wrong, and are sent later", async () => {
    await setAlertTarget(store, { kind: "webhook", address: url("/hook") }, at);
    await budget("10");
    await enterSpend(store, { activity: "data", usd: "9", memo: "x", payee: "y" }, new Date(NOW));
    isDown = true;
    expect(await raiseAlerts(store, PRICING, mail())).toBe(0);
    const row = await store.db.selectFrom("budget_alerts").selectAll().executeTakeFirstOrThrow();
    expect(row).toMatchObject({ percent: 80, sent_ms: null, problem: "webhook answered 503" });
    isDown = false;
    expect(await raiseAlerts(store, PRICING, mail())).toBe(1);
  });

  test.each([
    ["email", "not a mail"],
    ["email", "a@b.org\r\nBcc: c@d.org"],
    ["slack", "file:///etc/passwd"],
    ["webhook", "example.org"],
  ] as const)("refuse a target of kind %s that is %j", async (kind, address) => {
    await expect(setAlertTarget(store, { kind, address }, at)).rejects.toThrow("is not a valid");
  });
});
