import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
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
