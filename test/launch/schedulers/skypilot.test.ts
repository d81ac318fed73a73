import { expect, test } from "vitest";

import { attemptEndMs } from "../../../src/launch/supervise/attempt-time.ts";
import { skyRequestSight, skySight } from "../../../src/launch/schedulers/skypilot/states.ts";
import { SkyError, type SkyJob } from "../../../src/remote/sky-server.ts";

const job = (status: string, over: Partial<SkyJob> = {}): SkyJob => ({
  job_id: 7,
  job_name: "tw-4f21ab90c3de-1",
  status,
  start_at: 10,
  ...over,
});
const saved = { code: 75, signal: null, error: null, endedMs: 39_000 };

// states of SkyPilot 0.14.1, sky/jobs/state.py
test.each([
  ["PENDING", undefined, { isAlive: true, phase: "queued" }],
  ["STARTING", undefined, { isAlive: true, phase: "starting" }],
  ["RUNNING", undefined, { isAlive: true, phase: undefined, startedMs: 10_000 }],
  ["CANCELLING", undefined, { isAlive: true, phase: undefined }],
  ["SUCCEEDED", saved, { isAlive: false, exit: { code: 75 }, cut: undefined }],
  ["FAILED", { ...saved, code: 1 }, { isAlive: false, exit: { code: 1 } }],
  ["CANCELLED", undefined, { isAlive: false, exit: undefined, cut: "cancelled" }],
  ["FAILED_CONTROLLER", undefined, { isAlive: false, exit: undefined, cut: "node-lost" }],
  ["FAILED_NO_RESOURCE", undefined, { isAlive: false, exit: { error: expect.stringContaining("FAILED_NO_RESOURCE") } }],
  ["FAILED_SETUP", undefined, { isAlive: false, exit: { error: expect.stringContaining("FAILED_SETUP") } }],
])("a managed job that is %s", (status, exit, sight) => {
  const found = skySight(job(status), { trainerMs: 12_000, exit }, 50_000);
  expect(found).toMatchObject({ sight: { isClaimed: true, ...sight }, isToCancel: false });
});

test("a managed job that recovers would begin anew elsewhere: it is cancelled, and billed until its machine was lost", () => {
  const cut = { isClaimed: true, isAlive: false, cut: "preempted", startedMs: 10_000 };
  const recovering = job("RECOVERING", { recovery_count: 0, job_duration: 25.5 });
  const found = skySight(recovering, { trainerMs: 12_000, exit: undefined }, 50_000);
  expect(found).toEqual({ sight: { ...cut, exit: undefined, endedMs: 35_500 }, isToCancel: true });
  // the second loss: its duration is that of both machines
  const twice = skySight({ ...recovering, recovery_count: 1 }, { trainerMs: 12_000, exit: saved }, 50_000);
  expect(twice).toEqual({ sight: { ...cut, exit: saved, endedMs: undefined }, isToCancel: true });
});

test.each([
  ["RUNNING", true],
  ["STARTING", true],
  ["SUCCEEDED", false],
  ["FAILED", false],
])(
  "a managed job that recovered between two looks and is %s was preempted, whatever it did since",
  (status, isToCancel) => {
    const again = job(status, { recovery_count: 1, last_recovered_at: 60, job_duration: 900 });
    const { sight, isToCancel: cancels } = skySight(again, { trainerMs: 12_000, exit: undefined }, 999_000);
    expect(sight).toMatchObject({ isAlive: false, cut: "preempted", endedMs: undefined });
    expect(cancels).toBe(isToCancel);
    expect(attemptEndMs({ ...sight, startedMs: 10_000, aliveMs: 31_000, progress: undefined }, 999_000)).toBe(31_000);
    // one that was lost before its trainer started runs where it is
    expect(skySight(again, { trainerMs: 61_000, exit: undefined }, 999_000).sight.cut).toBeUndefined();
    // a trainer that had finished before is finished
    const done = skySight(again, { trainerMs: 12_000, exit: { ...saved, code: 0 } }, 999_000);
    expect(done.sight.cut).toBeUndefined();
  },
);

test("a request that was refused has failed with the words of SkyPilot, and one under way waits", () => {
  const error = new SkyError("NoCloudAccessError", "no cloud is enabled");
  expect(skyRequestSight({ error }, 1)).toMatchObject({ isAlive: false, exit: { error: error.message, code: null } });
  expect(skyRequestSight("waits", 1)).toMatchObject({ isClaimed: true, isAlive: true, phase: "queued" });
  expect(skyRequestSight(undefined, 1)).toMatchObject({ isClaimed: false });
});
