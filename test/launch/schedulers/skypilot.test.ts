import { expect, test } from "vitest";

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
  const found = skySight(job(status), { isClaimed: true, exit }, 50_000);
  expect(found).toMatchObject({ sight: { isClaimed: true, ...sight }, isToCancel: false });
});

test("a managed job that recovers would begin anew elsewhere: it is cancelled, and was preempted", () => {
  const found = skySight(job("RECOVERING"), { isClaimed: true, exit: saved }, 50_000);
  expect(found).toEqual({
    sight: { isClaimed: true, isAlive: false, exit: saved, cut: "preempted", startedMs: 10_000, endedMs: 50_000 },
    isToCancel: true,
  });
});

test("a request that was refused has failed with the words of SkyPilot, and one under way waits", () => {
  const error = new SkyError("NoCloudAccessError", "no cloud is enabled");
  expect(skyRequestSight({ error }, 1)).toMatchObject({ isAlive: false, exit: { error: error.message, code: null } });
  expect(skyRequestSight("waits", 1)).toMatchObject({ isClaimed: true, isAlive: true, phase: "queued" });
  expect(skyRequestSight(undefined, 1)).toMatchObject({ isClaimed: false });
});
