import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect } from "vitest";

import type { ReplaySet } from "../../../src/domain/replay-request.ts";
import { runCli } from "../../cli/run-cli.ts";
import { jsonl } from "../../curate/pipeline/rows.ts";
import { unlockFolder } from "../evaluate/programme-folder.ts";

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

/** Personal data in the traffic. */
export const MAIL = "mary.miller@corp-mail.com";

/** Requests of a month: distinct ones, exact repetitions, near-duplicates, one with personal data, one unreadable. */
export function trafficOf({ distinct, repeated }: { distinct: number; repeated: number }): unknown[] {
  return [
    ...Array.from({ length: distinct }, (_, number) => request(number)),
    ...Array.from({ length: repeated }, (_, number) => request(number, { id: `again-${number}` })),
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
}

/** Replay sets of the tests of one file, in a folder that is removed afterwards. */
export class TestReplays {
  dir = "";

  constructor() {
    beforeAll(() => {
      this.dir = mkdtempSync(join(tmpdir(), "tunewright-replay-test-"));
    });
    afterAll(async () => {
      unlockFolder(this.dir);
      await rm(this.dir, { recursive: true, force: true });
    });
  }

  /** Draws a set from traffic with the command. */
  async replay(name: string, traffic: readonly unknown[]): Promise<ReplaySet> {
    writeFileSync(join(this.dir, `${name}.jsonl`), jsonl(traffic));
    const line = `eval replay ${name}.jsonl --by QA --month 2026-11 --size 1000 --out ${name} --json`;
    const { code, stdout, stderr } = await runCli(line.split(" "), { cwd: this.dir });
    expect(code, stderr).toBe(0);
    return JSON.parse(stdout) as ReplaySet;
  }

  /** The rows of a set. */
  frozenRows(set: ReplaySet): Record<string, unknown>[] {
    return readFileSync(join(this.dir, set.dir, "replay.jsonl"), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }
}
