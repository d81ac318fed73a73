import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { ReplaySet } from "../../../../src/domain/replay-request.ts";
import { runCli } from "../../../cli/run-cli.ts";
import { jsonl } from "../../../curate/pipeline/rows.ts";
import { unlockFolder } from "../../../programme/evaluate/programme-folder.ts";

const WORDS = "refund invoice parcel delivery address colour size battery screen charger account password order".split(
  " ",
);

/** A prompt that shares no long stretch of words with another one. */
function promptOf(number: number): string {
  const words = Array.from({ length: 9 }, (_, index) => WORDS[(number * (index + 3) + index * index) % WORDS.length]);
  return `Case ${number}: ${words.join(` ${number * 7} `)}`;
}

function request(number: number, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id: `req-${number}`,
    timestamp: `2026-11-${String((number % 28) + 1).padStart(2, "0")}T08:00:00Z`,
    model: number % 10 === 0 ? "small" : "large",
    user: `user-${number % 50}`,
    messages: [
      { role: "user", content: promptOf(number) },
      { role: "assistant", content: `the answer to ${number}` },
    ],
    ...more,
  };
}

const MAIL = "mary.miller@corp-mail.com";
const rows = [
  ...Array.from({ length: 1150 }, (_, number) => request(number)),
  ...Array.from({ length: 40 }, (_, number) => request(number, { id: `again-${number}` })),
  // Near-duplicates: long equal texts with one other word.
  ...Array.from({ length: 3 }, (_, number) =>
    request(number, {
      id: `near-${number}`,
      messages: undefined,
      prompt: `${"how do I return my parcel to the shop ".repeat(6)}${number}`,
    }),
  ),
  request(5000, { messages: [{ role: "user", content: `Write to ${MAIL} that the parcel of ${MAIL} is late` }] }),
  { id: "broken", model: "large" },
];

let dir: string;
let set: ReplaySet;

async function replay(name: string, traffic: readonly unknown[]): Promise<ReplaySet> {
  writeFileSync(join(dir, `${name}.jsonl`), jsonl(traffic));
  const line = `eval replay ${name}.jsonl --by QA --month 2026-11 --size 1000 --out ${name} --json`;
  const { code, stdout, stderr } = await runCli(line.split(" "), { cwd: dir });
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as ReplaySet;
}

const frozenRows = (of: ReplaySet): Record<string, unknown>[] =>
  readFileSync(join(dir, of.dir, "replay.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "tunewright-replay-test-"));
  set = await replay("series", rows);
}, 60_000);
afterAll(async () => {
  unlockFolder(dir);
  await rm(dir, { recursive: true, force: true });
});

describe("a replay set", () => {
  test("accounts for every request: in the set, or dropped for a reason", () => {
    expect(set).toMatchObject({ month: "2026-11", prompts: 1000, requests: 1194 });
    expect(set.dropped).toMatchObject({ unreadable: 1, repeated: 40, nearDuplicates: 2 });
    const { repeated, nearDuplicates, personalData, notDrawn } = set.dropped;
    expect(set.prompts + repeated + nearDuplicates + personalData + notDrawn).toBe(set.requests);
    expect(set.firstProblem).toContain("series.jsonl, line 1195: no time");
  });

  test("has each stratum in proportion to its requests", () => {
    const [large, small] = set.strata;
    expect(large).toMatchObject({ stratum: "large", requests: 1073, distinct: 1037 });
    expect(small).toMatchObject({ stratum: "small", requests: 121 });
    expect(large!.sampled + small!.sampled).toBe(1000);
    expect(small!.sampled).toBeGreaterThanOrEqual(30);
  });

  test("holds turns without answers, pseudonyms of users, and no personal data", () => {
    const frozen = frozenRows(set);
    expect(frozen).toHaveLength(1000);
    const text = JSON.stringify(frozen);
    expect(text).not.toContain("the answer to");
    expect(text).not.toContain(MAIL);
    expect(text).not.toContain("user-");
    expect(new Set(frozen.map(({ user }) => user)).size).toBeGreaterThan(45);
    expect(new Set(frozen.map(({ id }) => id)).size).toBe(1000);
  });

  test("is the same in another order of the rows, with the same surrogates", async () => {
    const again = await replay("other", rows.toReversed());
    const prompts = (of: ReplaySet): unknown[] =>
      frozenRows(of).map(({ id, messages, prompt }) => [id, messages, prompt]);
    const [first, second] = [prompts(set), prompts(again)];
    const shared = second.filter((row) => first.some((other) => JSON.stringify(other) === JSON.stringify(row)));
    expect(shared.length).toBeGreaterThanOrEqual(998); // of near-duplicates another one may stay
  });
});
