import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A server that keeps objects as S3 does, two keys a page, and answers 503 to every so many requests. */
export async function startS3(
  failEvery = Infinity,
): Promise<{ url: string; objects: Map<string, Buffer>; close: () => Promise<void> }> {
  const objects = new Map<string, Buffer>();
  let requests = 0;
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      requests += 1;
      const end = (status: number, body: string | Buffer = ""): void => {
        response.writeHead(status).end(body);
      };
      if (requests % failEvery === 0) return end(503, "<Error><Code>SlowDown</Code></Error>");
      const url = new URL(request.url!, "http://localhost");
      const key = decodeURIComponent(url.pathname);
      if (url.searchParams.has("list-type")) return end(200, page(objects, url));
      const source = request.headers["x-amz-copy-source"];
      if (request.method === "PUT" && typeof source === "string") {
        const content = objects.get(decodeURIComponent(source));
        if (content === undefined) return end(404, "<Error><Code>NoSuchKey</Code></Error>");
        objects.set(key, content);
        return end(200, "<CopyObjectResult><ETag>x</ETag></CopyObjectResult>");
      }
      if (request.method === "PUT") objects.set(key, Buffer.concat(parts));
      if (request.method === "DELETE") objects.delete(key);
      if (request.method !== "GET") return end(200);
      const content = objects.get(key);
      return content === undefined ? end(404, "<Error><Code>NoSuchKey</Code></Error>") : end(200, content);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    objects,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function page(objects: ReadonlyMap<string, Buffer>, url: URL): string {
  const prefix = `${url.pathname}${url.searchParams.get("prefix")!}`;
  const keys = [...objects.keys()].filter((key) => key.startsWith(prefix)).toSorted();
  const from = Number(url.searchParams.get("continuation-token") ?? 0);
  const contents = keys.slice(from, from + 2).map((key) => {
    const encoded = encodeURIComponent(key.slice(url.pathname.length)).replaceAll("%20", "+");
    return `<Contents><Key>${encoded}</Key><LastModified>2026-11-25T00:00:00.000Z</LastModified></Contents>`;
  });
  const next = from + 2 < keys.length ? `<NextContinuationToken>${from + 2}</NextContinuationToken>` : "";
  return `<ListBucketResult>${contents.join("")}${next}</ListBucketResult>`;
}
