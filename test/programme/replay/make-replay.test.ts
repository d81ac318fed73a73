import { beforeAll, describe, expect, test } from "vitest";

import type { ReplaySet } from "../../../src/domain/replay-request.ts";
import { MAIL, TestReplays, trafficOf } from "./test-replays.ts";

const rows = trafficOf({ distinct: 60, repeated: 5 });
const replays = new TestReplays();
let set: ReplaySet;
beforeAll(async () => {
  set = await replays.replay("series", rows);
});

describe("a replay set", () => {
  test("accounts for every request: in the set, or dropped for a reason", () => {
    expect(set).toMatchObject({ month: "2026-11", prompts: 62, requests: 69 });
    expect(set.dropped).toMatchObject({ unreadable: 1, repeated: 5, nearDuplicates: 2 });
    const { repeated, nearDuplicates, personalData, notDrawn } = set.dropped;
    expect(set.prompts + repeated + nearDuplicates + personalData + notDrawn).toBe(set.requests);
    expect(set.firstProblem).toContain("series.jsonl, line 70: no time");
  });

  test("holds turns without answers, pseudonyms of users, and no personal data", () => {
    const frozen = replays.frozenRows(set);
    expect(frozen).toHaveLength(62);
    const text = JSON.stringify(frozen);
    expect(text).not.toContain("the answer to");
    expect(text).not.toContain(MAIL);
    expect(text).not.toContain("user-");
    expect(new Set(frozen.map(({ user }) => user)).size).toBeGreaterThan(40);
    expect(new Set(frozen.map(({ id }) => id)).size).toBe(62);
  });
});
