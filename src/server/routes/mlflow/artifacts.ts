import { Readable } from "node:stream";

import type { Context, Hono } from "hono";

import { extendActivity } from "../../../track/activity.ts";
import { run } from "../../../store/statement.ts";
import { invalid } from "../../../track/track-failure.ts";
import type { ServerContext } from "../../context.ts";
import { jsonResponse } from "../../mlflow/mlflow-api.ts";

const PREFIXES = ["/api/2.0/mlflow-artifacts/artifacts", "/ajax-api/2.0/mlflow-artifacts/artifacts"];

/** Artifacts through this server: put, get, list, delete, by path. */
export function addArtifactRoutes(app: Hono, context: ServerContext): void {
  const { artifacts } = context;
  for (const prefix of PREFIXES) {
    const pathOf = (c: Context): string => decoded(new URL(c.req.url).pathname.slice(prefix.length + 1));
    app.put(`${prefix}/*`, async (c) => {
      const path = pathOf(c);
      await artifacts.write(path, c.req.raw.body ?? Readable.from([]));
      await noteActivity(context, path);
      return jsonResponse({});
    });
    app.get(`${prefix}/*`, async (c) => {
      const path = pathOf(c);
      return path === "" ? listed(c) : fileResponse(await artifacts.read(path));
    });
    app.delete(`${prefix}/*`, async (c) => {
      await artifacts.remove(pathOf(c));
      return jsonResponse({});
    });
    const listed = async (c: Context): Promise<Response> => {
      const files = await artifacts.list(decoded(c.req.query("path") ?? ""));
      return jsonResponse(
        files.length === 0
          ? {}
          : {
              files: files.map(({ path, isDir, sizeBytes }) => ({
                path,
                is_dir: isDir,
                ...(sizeBytes === undefined ? {} : { file_size: sizeBytes }),
              })),
            },
      );
    };
    app.get(prefix, listed);
  }
}

/** A file as a download: whatever it holds, a browser runs none of it. */
function fileResponse(file: { sizeBytes: number; content: () => NodeJS.ReadableStream }): Response {
  return new Response(Readable.toWeb(file.content() as Readable) as ReadableStream, {
    headers: {
      "content-type": "application/octet-stream",
      "content-length": String(file.sizeBytes),
      "content-disposition": "attachment",
      "content-security-policy": "sandbox; default-src 'none'",
      "x-content-type-options": "nosniff",
    },
  });
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw invalid("Invalid path");
  }
}

/** An artifact of a run, `<experiment>/<run>/artifacts/...`, shows that the run is alive. */
async function noteActivity({ store, now }: ServerContext, path: string): Promise<void> {
  const runId = /^\d+\/([\da-f]{32})\/artifacts\//.exec(path)?.[1];
  if (runId === undefined) return;
  await store.write(async (db) => {
    const [found] = await run<{ run_no: number }>(db, "select run_no from runs where run_id = ?", [runId]);
    if (found !== undefined) await extendActivity(db, found.run_no, now().getTime());
  });
}
