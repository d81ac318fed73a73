import type { Hono } from "hono";

import { limitBody } from "./body-limit.ts";
import type { ServerContext } from "./context.ts";
import { drainRefused } from "./drain-body.ts";
import { addMlflowRoutes, addRestRoutes, appWithErrors } from "./api-routes.ts";
import type { AccessLog } from "./access/access-log.ts";
import { guardAccess } from "./access/guard-access.ts";
import { hideTexts } from "./access/hide-texts.ts";
import { logAccess } from "./access/log-access.ts";
import { guardOrigin } from "./guards.ts";
import { answerInThreads } from "./reading/answer-in-threads.ts";
import type { ReadThreads } from "./reading/read-threads.ts";
import { RequestMetrics } from "./request-metrics.ts";
import { endSlowBodies } from "./slow-bodies.ts";
import { addMetricsRoute } from "./routes/metrics.ts";
import { addOpenApiRoute } from "./routes/openapi.ts";
import { addWebFiles } from "./web-files.ts";

/** Path below which bills are sent as raw files. */
const BILL_FILES = "/api/v1/bills/files/";

/** Additional parts of the server: the built web application, the reading threads, if any, and the access log. */
export type AppParts = { webFolder: string; threads: ReadThreads | undefined; accessLog: AccessLog };

/** The server as a function of requests, with all routes; the only place where errors become responses. */
export function createApp(context: ServerContext, { webFolder, threads, accessLog }: AppParts): Hono {
  const app = appWithErrors(context);
  const requests = new RequestMetrics();
  const isFile = (path: string): boolean => path.includes("/mlflow-artifacts/") || path.startsWith(BILL_FILES);
  app.use(requests.measure());
  app.use(logAccess(accessLog));
  app.use(endSlowBodies(isFile));
  app.use(drainRefused());
  app.use(guardOrigin(context.hosts));
  app.use(guardAccess(context.access));
  const limit = limitBody();
  app.use((c, next) => (isFile(c.req.path) ? next() : limit(c, next))); // files have limits of their own
  app.use(hideTexts());
  if (threads !== undefined) app.use(answerInThreads(threads));
  addMlflowRoutes(app, context);
  const rest = addRestRoutes(app, context);
  addMetricsRoute(app, context, requests);
  addOpenApiRoute(app, rest);
  addWebFiles(app, webFolder);
  return app;
}
