import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";

import type { Hono } from "hono";

import { isSystemError } from "../base/failure.ts";
import { isMlflowPath } from "./error-response.ts";
import { REST_PREFIX } from "./rest-api.ts";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".json": "application/json",
  ".woff2": "font/woff2",
  ".map": "application/json",
  ".txt": "text/plain; charset=utf-8",
};

const HEADERS = {
  "content-security-policy":
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "same-origin",
};

/**
 * Files of the web application. Any other path outside the APIs returns its page, which shows the content for the path;
 * assets have their hash in the name and never change.
 *
 * @param folder the built application; if it does not exist, the root says so
 */
export function addWebFiles(app: Hono, folder: string): void {
  app.get("*", async (c) => {
    const { path } = c.req;
    if (path.startsWith(`${REST_PREFIX}/`) || isMlflowPath(path)) return c.notFound();
    const parts = path.slice(1).split("/");
    const isFile = extname(path) in TYPES && parts.every((part) => /^[\w-][\w.-]*$/.test(part));
    const content = await readOrNone(isFile ? join(folder, ...parts) : join(folder, "index.html"));
    if (content === undefined && !isFile) {
      return new Response("Tunewright is running. This build has no web pages.\n", { headers: HEADERS });
    }
    if (content === undefined) return c.notFound();
    return new Response(content, {
      headers: {
        ...HEADERS,
        "content-type": isFile ? TYPES[extname(path)]! : TYPES[".html"]!,
        "cache-control": parts[0] === "assets" ? "public, max-age=31536000, immutable" : "no-cache",
      },
    });
  });
}

async function readOrNone(path: string): Promise<Buffer<ArrayBuffer> | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (isSystemError(error, "ENOENT", "ENOTDIR", "EISDIR")) return undefined;
    throw error;
  }
}
