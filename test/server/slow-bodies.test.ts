import { Hono } from "hono";
import { expect, test } from "vitest";

import { type BodyTimes, endSlowBodies } from "../../src/server/slow-bodies.ts";

/** A request whose body is being received, as Node has it. */
function received() {
  const seen = { sent: "" };
  const incoming = {
    complete: false,
    destroyed: false,
    destroy: () => void (incoming.destroyed = true),
    bytes: 0,
    socket: {
      get bytesRead() {
        return incoming.bytes;
      },
      end: (text: string, done: () => void) => {
        seen.sent += text;
        done();
      },
    },
  };
  return { seen, incoming };
}

/** Starts a request that waits for its body; `pass` lets time pass until the server has looked. */
function start(path: string, times: Pick<BodyTimes, "wholeMs" | "silenceMs">) {
  let nowMs = 0;
  let looks = 0;
  const now = (): number => {
    looks++;
    return nowMs;
  };
  const app = new Hono();
  let finish = (): void => undefined;
  const waiting = new Promise<void>((resolve) => (finish = resolve));
  app.use(endSlowBodies((at) => at.startsWith("/files/"), { ...times, everyMs: 1, now }));
  app.put("/*", async (c) => {
    await waiting;
    return c.text("stored");
  });
  const { seen, incoming } = received();
  const answer = app.request(path, { method: "PUT" }, { incoming });
  const pass = async (ms: number): Promise<void> => {
    nowMs += ms;
    const before = looks;
    await expect.poll(() => looks > before + 1 || incoming.destroyed, { timeout: 120_000, interval: 1 }).toBe(true);
  };
  return { seen, incoming, pass, finish, answer };
}

const TIMES = { wholeMs: 300_000, silenceMs: 60_000 };

test("a file may take an hour while its bytes come, and ends a minute after the last", async () => {
  const upload = start("/files/model.safetensors", TIMES);
  for (let minute = 0; minute < 60; minute++) {
    upload.incoming.bytes += 1;
    await upload.pass(59_000);
  }
  expect(upload.seen.sent).toBe("");
  await upload.pass(60_000);
  await upload.pass(60_000);
  expect(upload.seen.sent).toMatch(/^HTTP\/1\.1 408 /);
  expect(upload.incoming.destroyed).toBe(true);
  upload.finish();
});

test("any other body has five minutes, however steadily it comes", async () => {
  const request = start("/api/v1/runs", TIMES);
  for (let minute = 0; minute < 4; minute++) {
    request.incoming.bytes += 1000;
    await request.pass(60_000);
  }
  expect(request.seen.sent).toBe("");
  request.incoming.bytes += 1000;
  await request.pass(60_000);
  expect(request.seen.sent).toMatch(/^HTTP\/1\.1 408 /);
  request.finish();
});

test("an answer may take any time once the body is there", async () => {
  const request = start("/api/v1/runs/import", TIMES);
  request.incoming.complete = true;
  await request.pass(3_600_000);
  request.finish();
  expect(await (await request.answer).text()).toBe("stored");
  expect(request.seen.sent).toBe("");
});
