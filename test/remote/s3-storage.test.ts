import { afterEach, describe, expect, test } from "vitest";

import { encodedPath, signedHeaders } from "../../src/remote/s3-signature.ts";
import { s3Storage } from "../../src/remote/s3-storage.ts";
import { readTsv } from "../catalog/read-tsv.ts";
import { startS3 } from "./s3-server.ts";
import { longTest } from "../long-suite.ts";

/** The keys of Amazon's published examples. */
const EXAMPLE = {
  accessKey: "AKIAIOSFODNN7EXAMPLE",
  secretKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
  sessionToken: undefined,
  region: "us-east-1",
};

const servers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of servers.splice(0)) await close();
});
const s3 = async (failEvery?: number) => {
  const server = await startS3(failEvery);
  servers.push(server.close);
  const env = { AWS_ENDPOINT_URL: server.url, AWS_ACCESS_KEY_ID: "k", AWS_SECRET_ACCESS_KEY: "s" };
  return { ...server, env, storage: s3Storage("s3://bucket/a b/", env) };
};

describe("the signature of a request", () => {
  test.each(readTsv("s3-signatures.tsv"))("$name is as published ($source)", async (row) => {
    const headers = Object.fromEntries(
      row["headers"]!.split("; ")
        .filter((each) => each !== "")
        .map((each) => [each.slice(0, each.indexOf(": ")), each.slice(each.indexOf(": ") + 2)]),
    );
    const request = { method: row["method"] as "GET" | "PUT", url: new URL(row["url"]!), headers, body: row["body"]! };
    const { authorization } = await signedHeaders(request, EXAMPLE, new Date("2013-05-24T00:00:00Z"));
    expect(authorization!.split("Signature=")[1]).toBe(row["signature"]);
  });

  test("keys are encoded byte by byte, but for slashes", () => {
    expect(encodedPath("a b/é(1)+~.json")).toBe("a%20b/%C3%A9%281%29%2B~.json");
  });
});

describe("a bucket", () => {
  test("gives back what was written, lists it over pages, and copies and removes", async () => {
    const { storage, env, objects } = await s3();
    expect(await storage.read("x")).toBeUndefined();
    for (const name of ["1.json", "2 é.json", "3.json", "4.json", "5.json"]) await storage.write(name, `of ${name}`);
    await s3Storage("s3://bucket/a b/deeper", env).write("6.json", "");
    expect(String(await storage.read("2 é.json"))).toBe("of 2 é.json");
    expect((await storage.list()).map(({ name }) => name)).toEqual([
      "1.json",
      "2 é.json",
      "3.json",
      "4.json",
      "5.json",
    ]);
    const other = s3Storage("s3://bucket/other", env);
    expect(await other.copyFrom("s3://bucket/a b", "1.json")).toBe(true);
    expect(String(await other.read("1.json"))).toBe("of 1.json");
    expect(await other.copyFrom("/a/folder", "1.json")).toBe(false);
    await storage.remove("1.json");
    expect(objects.has("/bucket/a b/1.json")).toBe(false);
  });

  longTest("that answers every third request with 503 holds all the same", async () => {
    const { storage } = await s3(3);
    for (let index = 0; index < 10; index++) await storage.write(`${index}`, `${index}`);
    for (let index = 0; index < 10; index++) expect(String(await storage.read(`${index}`))).toBe(`${index}`);
  });

  longTest("that is not there or refuses is a failure that says what was asked", async () => {
    const { storage, url } = await s3(1);
    await expect(storage.write("x", "y")).rejects.toThrow("s3://bucket/a b/: PUT a b/x: 503 SlowDown");
    expect(() => s3Storage("s3://bucket", {})).toThrow("there are no credentials for S3");
    expect(() => s3Storage("s3://B", { AWS_ENDPOINT_URL: url })).toThrow("s3://B is not a valid S3 URI");
  });
});
