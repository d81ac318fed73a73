import { expect, test } from "vitest";

import { paceOf } from "../../src/llm/pace.ts";

test("a round of answers adds one request at once, up to the most", async () => {
  const pace = paceOf(4);
  for (let round = 0; round < 4; round++) pace.leave(await pace.enter(), "overload");
  expect(pace.limit()).toBe(1);
  pace.leave(await pace.enter(), "answer");
  expect(pace.limit()).toBe(2);
  for (let count = 0; count < 3; count++) pace.leave(await pace.enter(), "answer");
  expect(pace.limit()).toBe(3);
  for (let count = 0; count < 100; count++) pace.leave(await pace.enter(), "answer");
  expect(pace.limit()).toBe(4);
});

test("requests that were on their way together cut once, those after the cut again", async () => {
  const pace = paceOf(8);
  const tickets = await Promise.all(Array.from({ length: 8 }, () => pace.enter()));
  for (const ticket of tickets) pace.leave(ticket, "overload");
  expect(pace.limit()).toBe(4);
  pace.leave(await pace.enter(), "overload");
  expect(pace.limit()).toBe(2);
  pace.leave(await pace.enter(), "other");
  expect(pace.limit()).toBe(2);
});

test("no more than the limit are let in, and one that leaves lets the next in", async () => {
  const pace = paceOf(2);
  const [first, second] = [await pace.enter(), await pace.enter()];
  let isIn = false;
  const third = pace.enter().then((ticket) => {
    isIn = true;
    return ticket;
  });
  await Promise.resolve();
  expect(isIn).toBe(false);
  pace.leave(first, "overload"); // now one at a time: the second is still there
  await new Promise((resolve) => setImmediate(resolve));
  expect(isIn).toBe(false);
  pace.leave(second, "other");
  await third;
  expect(isIn).toBe(true);
});
