import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";

import { expect, test } from "vitest";

import serve from "../../src/cli/commands/serve.ts";
import type { Io } from "../../src/cli/io.ts";
import { serverUrl, trainerUrl } from "../../src/server/server-url.ts";
import { startServer } from "../../src/server/start-server.ts";
import { liveLease } from "../../src/store/lease.ts";
import { runHere } from "../cli/run-here.ts";

test("a port that another program has is refused with its number, and the folder is free afterwards", async () => {
  const other = createServer();
  await new Promise<void>((resolve) => {
    other.listen(0, "127.0.0.1", () => resolve());
  });
  const { port } = other.address() as AddressInfo;
  const dataDir = await mkdtemp(join(tmpdir(), "tunewright-port-"));
  const options = { dataDir, programmes: ["a"], host: "127.0.0.1", port, version: "0", env: {}, now: () => new Date() };
  await expect(startServer({ ...options, databaseUrl: undefined, log: () => undefined })).rejects.toMatchObject({
    kind: "outside",
    message: `port ${port} is taken`,
    hint: "choose another port with --port, or pass --port 0 for any free port",
  });
  expect(await liveLease(dataDir, () => Promise.resolve(undefined))).toBeUndefined();
  await new Promise((resolve) => {
    other.close(resolve);
  });
  await rm(dataDir, { recursive: true });
});

test.each([
  ["127.0.0.1", [], "http://127.0.0.1:5000", "http://127.0.0.1:5000"],
  ["::1", [], "http://[::1]:5000", "http://[::1]:5000"],
  ["2001:db8::7", [], "http://[2001:db8::7]:5000", "http://[2001:db8::7]:5000"],
  ["0.0.0.0", ["tracking.example"], "http://0.0.0.0:5000", "http://tracking.example:5000"],
  ["::", ["tracking.example"], "http://[::]:5000", "http://tracking.example:5000"],
  ["0.0.0.0", [], "http://0.0.0.0:5000", `http://${hostname()}:5000`],
])("a server on %s, also named %j, is at %s, and for trainers at %s", (...row) => {
  const [host, names, url, forTrainers] = row;
  expect(serverUrl(host, 5000)).toBe(url);
  expect(trainerUrl(url, names)).toBe(forTrainers);
});

test.each(["tracking.example:5000", "https://tracking.example", ""])(
  "another name of the server that is none is refused: %j",
  async (name) => {
    const { code, stderr } = await runHere(["serve", "--allow-host", name]);
    expect([code, stderr]).toEqual([2, expect.stringContaining("expected a host name without scheme and port")]);
  },
);

test.each([
  [{}, "tunewright -C a runs list"],
  [{ data: "state" }, "tunewright serve a --data state"], // `runs list` would open another state
])("a server with %j that has stopped suggests: %s", async (place, next) => {
  const cwd = await mkdtemp(join(tmpdir(), "tunewright-stopped-"));
  await mkdir(join(cwd, "a"));
  const io: Partial<Io> = {
    cwd,
    env: {},
    now: () => new Date(),
    note: () => undefined,
    untilInterrupted: (work) => work(AbortSignal.abort()),
  };
  const options = serve.options.parse({ dir: ["a"], port: 0, ...place });
  expect((await serve.run(io as Io, options, new Set())).next).toBe(next);
  await rm(cwd, { recursive: true });
});
