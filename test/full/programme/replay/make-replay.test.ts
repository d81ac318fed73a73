import { beforeAll, describe, expect, test } from "vitest";

import type { ReplaySet } from "../../../../src/domain/replay-request.ts";
import { MAIL, TestReplays, trafficOf } from "../../../programme/replay/test-replays.ts";

const rows = trafficOf({ distinct: 1150, repeated: 40 });
const replays = new TestReplays();
let set: ReplaySet;
beforeAll(async () => {
  set = await replays.replay("series", rows);
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
    const frozen = replays.frozenRows(set);
    expect(frozen).toHaveLength(1000);
    const text = JSON.stringify(frozen);
    expect(text).not.toContain("the answer to");
    expect(text).not.toContain(MAIL);
    expect(text).not.toContain("user-");
    expect(new Set(frozen.map(({ user }) => user)).size).toBeGreaterThan(45);
    expect(new Set(frozen.map(({ id }) => id)).size).toBe(1000);
  });

  test("is the same in another order of the rows, with the same surrogates", async () => {
    const again = await replays.replay("other", rows.toReversed());
    const prompts = (of: ReplaySet): unknown[] =>
      replays.frozenRows(of).map(({ id, messages, prompt }) => [id, messages, prompt]);
    const [first, second] = [prompts(set), prompts(again)];
    const shared = second.filter((row) => first.some((other) => JSON.stringify(other) === JSON.stringify(row)));
    expect(shared.length).toBeGreaterThanOrEqual(998); // of near-duplicates another one may stay
  });
});
