import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

import { afterEach, describe, expect, test } from "vitest";

import { askHttp, downloadHttp, headerOf, HttpError } from "../../src/remote/ask-http.ts";

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

/** A server of this process that answers as told. */
async function serve(listener: RequestListener): Promise<URL> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  open.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
}

const problemOf = async (asking: Promise<unknown>): Promise<string> => {
  const error = await asking.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(HttpError);
  return (error as HttpError).problem;
};

describe("a request", () => {
  test("sends its method, headers and body, and reads the whole answer of any status", async () => {
    const seen: unknown[] = [];
    const url = await serve((request, response) => {
      let text = "";
      request.on("data", (part: Buffer) => (text += String(part)));
      request.on("end", () => {
        seen.push(request.method, request.headers["x-test"], request.headers["content-length"], text);
        response.writeHead(418, { "x-more": "yes" }).end("teapot");
      });
    });
    const answer = await askHttp(url, { method: "POST", headers: { "x-test": "1" }, body: "é", timeoutMs: 5000 });
    expect(answer.status).toBe(418);
    expect(String(answer.body)).toBe("teapot");
    expect(headerOf(answer, "x-more")).toBe("yes");
    expect(seen).toEqual(["POST", "1", "2", "é"]);
  });

  test("does not follow a redirect: nothing reaches the other address", async () => {
    let reached = 0;
    const elsewhere = await serve((_, response) => {
      reached += 1;
      response.end();
    });
    const url = await serve((_, response) => response.writeHead(307, { location: elsewhere.href }).end());
    const answer = await askHttp(url, { method: "POST", body: "secret", timeoutMs: 5000 });
    expect(answer.status).toBe(307);
    expect(reached).toBe(0);
  });

  test("ends at its time limit, before the answer starts or in the middle of it", async () => {
    const silent = await serve(() => undefined);
    expect(await problemOf(askHttp(silent, { timeoutMs: 30 }))).toBe("late");
    const dripping = await serve((_, response) => {
      response.writeHead(200).write("a");
    });
    expect(await problemOf(askHttp(dripping, { timeoutMs: 30 }))).toBe("late");
  });

  test("ends at its size limit, however long the answer would go on", async () => {
    const url = await serve((_, response) => {
      const more = (): boolean => response.write("x".repeat(10_000));
      response.on("drain", more);
      more();
      more();
      more();
    });
    expect(await problemOf(askHttp(url, { timeoutMs: 5000, mostBytes: 15_000 }))).toBe("long");
    const exact = await serve((_, response) => void response.end("x".repeat(100)));
    expect((await askHttp(exact, { timeoutMs: 5000, mostBytes: 100 })).body).toHaveLength(100);
    expect(await problemOf(askHttp(exact, { timeoutMs: 5000, mostBytes: 99 }))).toBe("long");
  });

  test("tells a connection that was never made from one that broke", async () => {
    const broken = await serve((_, response) => response.socket!.resetAndDestroy());
    expect(await problemOf(askHttp(broken, { timeoutMs: 5000 }))).toBe("broken");
    const half = await serve((_, response) => {
      response.writeHead(200, { "content-length": "400" }).write("half");
      void sleep(10).then(() => response.socket!.destroy());
    });
    expect(await problemOf(askHttp(half, { timeoutMs: 5000 }))).toBe("broken");
    const url = await serve(() => undefined);
    open.splice(-1)[0]!();
    expect(await problemOf(askHttp(url, { timeoutMs: 5000 }))).toBe("unsent");
  });

  test("is aborted by its signal, before it starts too", async () => {
    const url = await serve(() => undefined);
    const controller = new AbortController();
    const asking = askHttp(url, { timeoutMs: 5000, signal: controller.signal });
    controller.abort();
    expect(await problemOf(asking)).toBe("aborted");
    expect(await problemOf(askHttp(url, { timeoutMs: 5000, signal: controller.signal }))).toBe("aborted");
  });

  test("to an address that is not http is refused", () => {
    expect(() => askHttp(new URL("file:///etc/hosts"), { timeoutMs: 1 })).toThrow("is not an http address");
  });
});

describe("a download", () => {
  const read = async (content: AsyncIterable<Uint8Array>): Promise<number> => {
    let bytes = 0;
    for await (const part of content) bytes += part.length;
    return bytes;
  };

  test("is read on demand, with its headers sent", async () => {
    const url = await serve((request, response) => response.end("x".repeat(Number(request.headers["x-size"]))));
    const { status, content } = await downloadHttp(url, { headers: { "x-size": "300000" }, silenceMs: 10_000 });
    expect([status, await read(content)]).toEqual([200, 300_000]);
  });

  test("ends after a silence, and if the other side goes", async () => {
    const silent = await serve((_, response) => response.writeHead(200, { "content-length": "10" }).write("half"));
    const late = await downloadHttp(silent, { silenceMs: 1000 }); // long enough for its headers where the machine is loaded
    expect(await problemOf(read(late.content))).toBe("late");
    expect(await problemOf(downloadHttp(await serve(() => undefined), { silenceMs: 100 }))).toBe("late");
    const gone = await serve((_, response) => {
      response.writeHead(200, { "content-length": "10" }).write("half", () => response.destroy());
    });
    expect(await problemOf(downloadHttp(gone, { silenceMs: 10_000 }).then(({ content }) => read(content)))).toBe(
      "broken",
    );
    expect(await problemOf(downloadHttp(new URL("http://127.0.0.1:1/"), { silenceMs: 1000 }))).toBe("unsent");
  });
});
