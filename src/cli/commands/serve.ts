import { resolve } from "node:path";

import * as z from "zod";

import { commandLine, commandLineIn } from "../../base/command-line.ts";
import { Served } from "../../domain/served.ts";
import { defineCommand } from "../command.ts";

const HostName = z
  .string()
  .regex(/^(?:[\w.-]+|[\da-f:.]+)$/i, "expected a host name without scheme and port, such as tracking.example.com");

const Options = z.strictObject({
  dir: z.array(z.string()).default(["."]).describe("Programme folders; default: the current folder"),
  host: z
    .string()
    .default("127.0.0.1")
    .describe("Address to listen on; one that other machines can reach requires accounts"),
  allowHost: z
    .array(HostName)
    .default([])
    .describe("Host names under which others reach the server, for example behind a proxy; requires accounts"),
  port: z.int().min(0).max(65_535).default(5000).describe("Port to listen on; 0 for any free port"),
  data: z.string().optional().describe("Folder of the state; default: the one in the programme folder"),
});

/** `tunewright serve`: runs the server until it is stopped. */
export default defineCommand({
  description:
    "Start the server: trainers log to it as to MLflow (MLFLOW_TRACKING_URI), commands and web pages read from it. The database is a SQLite file in the programme folder (see --data), or PostgreSQL if DATABASE_URL is set. SIGTERM or Ctrl-C stops it cleanly.",
  args: ["dir"],
  options: Options,
  output: Served,
  examples: ["serve", "serve my-programme --port 5001", "serve support contracts --data /var/lib/tunewright"],
  run: async (io, { dir, host, port, data, allowHost }) => {
    const { packageVersion } = await import("../../base/package-version.ts");
    const { mailSetting } = await import("../../programme/money/budget-alerts.ts");
    const { serveFolders } = await import("../../server/serve-folders.ts");
    const folders = dir.map((text) => resolve(io.cwd, text));
    const served = await io.untilInterrupted((signal) =>
      serveFolders(
        {
          folders,
          data: data === undefined ? undefined : resolve(io.cwd, data),
          databaseUrl: io.env["DATABASE_URL"] || undefined,
          mail: mailSetting(io.env),
          host,
          port,
          allowedHosts: allowHost,
        },
        { signal, env: io.env, now: io.now, version: packageVersion(), note: io.note },
      ),
    );
    return {
      json: served,
      text: () => `${served.url} has stopped; everything acknowledged is on the disk`,
      next:
        data === undefined ? commandLineIn(dir[0]!, ["runs", "list"]) : commandLine(["serve", ...dir, "--data", data]), // the folder of a programme has another state
    };
  },
});
