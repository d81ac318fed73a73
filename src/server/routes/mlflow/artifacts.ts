import { Readable } from "node:stream";

import type { Context, Hono } from "hono";

import { extendActivity } from "../../../track/activity.ts";
import { run } from "../../../store/statement.ts";
import { getModel } from "../../../track/models/logged-models.ts";
import { getVersion } from "../../../track/models/change-versions.ts";
import { getRunInfo } from "../../../track/run-info.ts";
import { invalid } from "../../../track/track-failure.ts";
import { limitedText } from "../../body-limit.ts";
import type { ServerContext } from "../../context.ts";
import { bodyParts } from "../../drain-body.ts";
import { optional, readFields, required } from "../../mlflow/fields.ts";
import { jsonResponse, type MlflowApi } from "../../mlflow/mlflow-api.ts";
import { readVersion } from "../../mlflow/read-version.ts";
import { requireRunId, RUN_ID } from "../../mlflow/run-id.ts";
import { wireFiles } from "../../mlflow/wire-files.ts";

/** Most bytes that MLflow's pages may upload at once. */
const MAX_UPLOAD_BYTES = 10 * 2 ** 20;

/** Endpoint for the texts of a trace by MLflow's client: they are redacted before they are stored, like its spans. */
const TRACE_FILE = /^\d+\/traces\/tr-[\da-f]{32}\/artifacts\//;

const PREFIXES = ["/api/2.0/mlflow-artifacts/artifacts", "/ajax-api/2.0/mlflow-artifacts/artifacts"];

/** Artifacts by their run, as requested by MLflow's pages and older clients. */
export function addRunArtifactRoutes(app: Hono, api: MlflowApi): void {
  const { store, artifacts } = api.context;
  const rootOf = async (runId: string): Promise<string> => {
    const { experiment_id, run_id } = await getRunInfo(store.db, runId);
    return `${experiment_id}/${run_id}/artifacts`;
  };
  api.add("GET artifacts/list", {
    fields: { ...RUN_ID, path: optional("text") },
    answer: async ({ path = "", ...request }) => {
      const root = await rootOf(requireRunId(request));
      const files = await artifacts.list(path === "" ? root : `${root}/${path}`);
      return { root_uri: `mlflow-artifacts:/${root}`, ...wireFiles(files, path) };
    },
  });
  for (const prefix of ["", "/ajax-api/2.0/mlflow"]) {
    app.get(`${prefix}/get-artifact`, async (c) => {
      const request = readFields(
        { run_id: c.req.query("run_id"), run_uuid: c.req.query("run_uuid"), path: c.req.query("path") },
        { ...RUN_ID, path: required("text") },
      );
      return fileResponse(await artifacts.read(`${await rootOf(requireRunId(request))}/${request.path}`));
    });
  }
  // MLflow's own tests ask with two slashes, which its server takes for one
  for (const prefix of ["", "/"]) {
    app.get(`${prefix}/model-versions/get-artifact`, async (c) => {
      const { name, version, path } = readFields(
        { name: c.req.query("name"), version: c.req.query("version"), path: c.req.query("path") },
        { name: required("text"), version: required("text"), path: required("text") },
      );
      checkPath(path);
      const { storage_location } = await getVersion(store, { name, version: readVersion(version) });
      const root = /^mlflow-artifacts:\/(.+)$/.exec(storage_location)?.[1];
      if (root === undefined) throw invalid("The files of this version are not on this server.");
      return fileResponse(await artifacts.read(`${root}/${path}`));
    });
  }
  app.get("/ajax-api/2.0/mlflow/logged-models/:model_id/artifacts/files", async (c) => {
    const { artifact_file_path: path } = readFields(
      { artifact_file_path: c.req.query("artifact_file_path") },
      { artifact_file_path: required("text") },
    );
    checkPath(path);
    const { experiment_id, model_id } = await getModel(store, c.req.param("model_id"));
    return fileResponse(await artifacts.read(`${experiment_id}/models/${model_id}/artifacts/${path}`));
  });
  app.post("/ajax-api/2.0/mlflow/upload-artifact", async (c) => {
    const request = readFields(
      { run_uuid: c.req.query("run_uuid"), run_id: c.req.query("run_id"), path: c.req.query("path") },
      { ...RUN_ID, path: optional("text") },
    );
    if (!request.run_uuid && !request.run_id) throw invalid("Request must specify run_uuid.");
    if (!request.path) throw invalid("Request must specify path.");
    checkPath(request.path);
    const content = new Uint8Array(await c.req.arrayBuffer());
    if (content.length === 0) throw invalid("Request must specify data.");
    if (content.length > MAX_UPLOAD_BYTES) throw invalid("Artifact size is too large. Max size is 10MB.");
    const path = `${await rootOf(requireRunId(request))}/${request.path}`;
    await artifacts.write(path, Readable.from([content]));
    await noteActivity(api.context, path);
    return jsonResponse({});
  });
}

/** Artifacts through this server: put, get, list, delete, by path. */
export function addArtifactRoutes(app: Hono, context: ServerContext): void {
  const { artifacts, redactor } = context;
  for (const prefix of PREFIXES) {
    const pathOf = (c: Context): string => decoded(new URL(c.req.url).pathname.slice(prefix.length + 1));
    app.put(`${prefix}/*`, async (c) => {
      const path = pathOf(c);
      const isTrace = TRACE_FILE.test(path);
      const text = isTrace ? await redactor.text(await limitedText(c)) : undefined;
      await artifacts.write(path, text === undefined ? bodyParts(c.req.raw.body) : [Buffer.from(text)]);
      await noteActivity(context, path);
      return jsonResponse({});
    });
    app.get(`${prefix}/*`, async (c) => {
      const path = pathOf(c);
      return path === "" ? listed(c) : fileResponse(await artifacts.read(path));
    });
    app.delete(`${prefix}/*`, async (c) => {
      await artifacts.remove(pathOf(c).replace(/\/$/, "")); // the client names the root of a run with a slash after it
      return jsonResponse({});
    });
    const listed = async (c: Context): Promise<Response> => {
      return jsonResponse(wireFiles(await artifacts.list(decoded(c.req.query("path") ?? ""))));
    };
    app.get(prefix, listed);
  }
}

/** A file as a download, so that a browser does not run its content. */
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

/** A path below a folder that does not lead out of it. @throws TrackFailure INVALID_PARAMETER_VALUE */
function checkPath(path: string): void {
  if (path.startsWith("/") || path.split(/[/\\]/).includes("..") || path.includes("\0")) throw invalid("Invalid path");
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
