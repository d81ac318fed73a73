import { mkdir, readdir, readFile, symlink, utimes, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { startTestServer, type TestServer } from "./start-test-server.ts";

const ARTIFACTS = "/api/2.0/mlflow-artifacts/artifacts";

let server: TestServer;
let secret: string;
beforeAll(async () => {
  server = await startTestServer();
  secret = join(server.dataDir, "secret.txt");
  await writeFile(secret, "secret");
  const folder = join(server.dataDir, "artifacts", "0", "r", "artifacts");
  await mkdir(folder, { recursive: true });
  await symlink(secret, join(folder, "file-link"));
  await symlink(server.dataDir, join(folder, "folder-link"));
});
afterAll(() => server.end());

test.each(["file-link", "folder-link/secret.txt", "folder-link/new.txt"])(
  "a link out of the folder of artifacts is not followed: %s",
  async (path) => {
    const url = `${server.url}${ARTIFACTS}/0/r/artifacts/${path}`;
    for (const method of ["GET", "PUT", "DELETE"]) {
      const response = await fetch(url, { method, ...(method === "PUT" ? { body: "changed" } : {}) });
      expect([method, response.status]).toEqual([method, 400]);
      expect(await response.text()).not.toContain("secret");
    }
    expect(await readFile(secret, "utf8")).toBe("secret");
  },
);

test.each(["a%0Ab.txt", "a%09b.txt", "a%0D", "a%5Cb"])(
  "a name that MLflow's client could not ask for is refused: %s",
  async (name) => {
    const url = `${server.url}${ARTIFACTS}/0/odd/artifacts/${name}`;
    expect((await fetch(url, { method: "PUT", body: "x" })).status).toBe(400);
  },
);

test("links are not listed", async () => {
  const { json } = await server.call(`GET ${ARTIFACTS}?path=0%2Fr%2Fartifacts`);
  expect(json).toEqual({});
});

test.each(["page.html", "image.svg", "script.js", "<img src=x onerror=alert(1)>.html"])(
  "a file that a browser could run is a download that it does not run: %s",
  async (name) => {
    const url = `${server.url}${ARTIFACTS}/1/r/artifacts/${encodeURIComponent(name)}`;
    expect((await fetch(url, { method: "PUT", body: "<script>alert(1)</script>" })).status).toBe(200);
    const { headers } = await fetch(url);
    expect(headers.get("content-type")).toBe("application/octet-stream");
    expect(headers.get("content-disposition")).toBe("attachment");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("content-security-policy")).toContain("sandbox");
  },
);

test("an upload that is cut off leaves no file, and is no bug", async () => {
  const { port } = new URL(server.url);
  const receiving = join(server.dataDir, "artifacts", ".receiving");
  const socket = connect(Number(port), "127.0.0.1");
  socket.write(
    `PUT ${ARTIFACTS}/0/r/artifacts/large.bin HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Length: 1000000000\r\n\r\n`,
  );
  socket.write(Buffer.alloc(200_000, "x"));
  const files = (): Promise<string[]> => readdir(receiving).catch(() => []);
  await expect.poll(files, { timeout: 120_000 }).toHaveLength(1);
  socket.destroy();
  await expect.poll(files, { timeout: 120_000 }).toEqual([]);
  expect((await fetch(`${server.url}${ARTIFACTS}/0/r/artifacts/large.bin`)).status).toBe(404);
  expect(server.log).toEqual([]);
});

test("a file that a killed server was receiving is removed by the next, and is no artifact", async () => {
  const own = await startTestServer();
  const receiving = join(own.dataDir, "artifacts", ".receiving");
  await mkdir(receiving, { recursive: true });
  for (const name of ["old", "new"]) await writeFile(join(receiving, name), "half");
  await utimes(join(receiving, "old"), 1, 1);
  const again = await own.restart();
  expect(await readdir(receiving)).toEqual(["new"]);
  expect((await again.call(`GET ${ARTIFACTS}`)).json).toEqual({});
  expect((await again.call(`GET ${ARTIFACTS}/.receiving/new`)).status).toBe(400);
  await again.end();
});

test("a client that would send a file in parts is told in MLflow's words to send it whole", async () => {
  const { status, json } = await server.call("POST /api/2.0/mlflow-artifacts/mpu/create/0/r/artifacts/a", {});
  const message = "Multipart upload is not supported for the current artifact repository";
  expect([status, json]).toEqual([501, { error_code: "NOT_IMPLEMENTED", message }]);
});
