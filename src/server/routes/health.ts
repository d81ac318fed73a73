import type { Hono } from "hono";
import * as z from "zod";

import { isAlive } from "../../store/open-store.ts";
import { jsonResponse } from "../mlflow/mlflow-api.ts";
import { may } from "../access/roles.ts";
import type { RestApi } from "../rest-api.ts";

/** Version of MLflow whose API this server implements; clients adapt their requests to it. */
const MLFLOW_VERSION = "3.11.0";

const Server = z.strictObject({
  version: z.string().describe("Version of Tunewright"),
  instance: z.string().describe("Random name of the server process"),
  programmes: z
    .array(z.string())
    .describe("Programmes that it serves; empty if an account is required and the request has no token"),
  database: z.enum(["sqlite", "postgres"]).describe("Where the rows are"),
});

/** Whether the server and its database respond, and the version. */
export function addHealthRoutes(app: Hono, api: RestApi): void {
  const { store, version, instance, programmes, access } = api.context;
  app.get("/health", async () =>
    (await isAlive(store)) ? new Response("OK") : new Response("the database does not respond", { status: 503 }),
  );
  app.get("/version", () => new Response(MLFLOW_VERSION));
  for (const prefix of ["/api", "/ajax-api"]) {
    app.get(`${prefix}/3.0/mlflow/server-info`, () =>
      jsonResponse({ store_type: "SqlStore", workspaces_enabled: false }),
    );
  }
  api.add("get /server", {
    summary: "Show the version and the programmes of this server",
    request: z.strictObject({}),
    response: Server,
    answer: async (_request, c) => {
      const caller = await access.callerOf(c).catch(() => undefined);
      const isReader = caller !== undefined && may(caller.role, "read");
      return { version, instance, programmes: isReader ? [...programmes] : [], database: store.kind };
    },
  });
}
