import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

import { MAIN } from "../cli/run-cli.ts";

/** A server in a process of its own. */
export type ServeProcess = {
  url: string;
  process: ChildProcess;
  kill: (signal: NodeJS.Signals) => Promise<number | null>;
};

/** Starts `tunewright serve DIR` and waits until it listens: on SQLite, or on the PostgreSQL of an address. */
export async function serveProcess(folder: string, port = 0, databaseUrl = ""): Promise<ServeProcess> {
  const child = spawn(process.execPath, [MAIN, "serve", folder, "--port", String(port), "--no-color"], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, DATABASE_URL: databaseUrl },
  });
  let said = "";
  const url = await new Promise<string>((resolve, reject) => {
    child.stderr.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      const found = /listening on (\S+)/.exec(said)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once("exit", () => reject(new Error(`the server ended before it listened: ${said}`)));
  });
  return {
    url,
    process: child,
    kill: async (signal) => {
      const ended = once(child, "exit") as Promise<[number | null]>;
      child.kill(signal);
      const [code] = await ended;
      return code;
    },
  };
}
