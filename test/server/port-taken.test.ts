import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, test } from "vitest";

import { startServer } from "../../src/server/start-server.ts";
import { liveLease } from "../../src/store/lease.ts";

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
