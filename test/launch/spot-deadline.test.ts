import { expect, test } from "vitest";

import { isMoveDue } from "../../src/launch/supervise/spot-deadline.ts";

const HOUR = 3_600_000;
const facts = { deadlineMs: 10 * HOUR, stepsLeft: 3600, stepMs: 5000 };

test("a run leaves its spot machines when what is left, 20 % more and a start would end at the deadline", () => {
  // 3,600 steps of 5 s are 5 h, with 20 % more 6 h; the start takes 10 minutes
  const latest = 10 * HOUR - 6 * HOUR - 600_000;
  expect(isMoveDue({ ...facts, nowMs: latest - 1 })).toBe(false);
  expect(isMoveDue({ ...facts, nowMs: latest })).toBe(true);
});

test("a run without a measured step leaves when a start alone would miss the deadline", () => {
  const unknown = { ...facts, stepMs: undefined };
  expect(isMoveDue({ ...unknown, nowMs: 9.8 * HOUR })).toBe(false);
  expect(isMoveDue({ ...unknown, nowMs: 9.84 * HOUR })).toBe(true);
});
