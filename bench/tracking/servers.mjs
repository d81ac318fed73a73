// The two servers of the benchmark, each as its users start it, and the processor time that they take.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import { freePort } from "./databases.mjs";

const MAIN = join(dirname(fileURLToPath(import.meta.url)), "../../dist/cli/main.js");

async function started({ program, words, env, url }) {
  const child = spawn(program, words, { env: { ...process.env, ...env }, stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.on("data", (chunk) => (said = (said + chunk).slice(-4000)));
  const ended = once(child, "exit");
  for (let tries = 0; ; tries++) {
    const isUp = await fetch(`${url}/health`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isUp) break;
    if (child.exitCode !== null || tries > 3000) throw new Error(`${program} did not start: ${said}`);
    await sleep(200);
  }
  return {
    url,
    cpuMs: () => cpuMs(child.pid),
    stop: async () => {
      child.kill("SIGTERM");
      await Promise.race([ended, sleep(15_000).then(() => child.kill("SIGKILL"))]);
    },
  };
}

/** Ours, as `tunewright serve` starts it. */
export async function startOurs({ folder, databaseUrl }) {
  const port = await freePort();
  return started({
    program: process.execPath,
    words: [MAIN, "serve", folder, "--port", String(port), "--no-color"],
    env: { DATABASE_URL: databaseUrl ?? "" },
    url: `http://127.0.0.1:${port}`,
  });
}

/** The official one. One worker for one client: with its default of four each call waits 40 ms for a delayed ACK. */
export async function startOfficial({ python, folder, databaseUrl, workers }) {
  const port = await freePort();
  const store = databaseUrl?.replace("postgres:", "postgresql:") ?? `sqlite:///${folder}/mlflow.db`;
  const words = ["-m", "mlflow", "server", "--backend-store-uri", store, "--port", String(port)];
  words.push("--artifacts-destination", join(folder, "artifacts"));
  if (workers !== undefined) words.push("--workers", String(workers));
  return started({ program: python, words, env: {}, url: `http://127.0.0.1:${port}` });
}

/** Processor time of a process and its children, ms; only on Linux. */
function cpuMs(pid) {
  try {
    const after = (id) => readFileSync(`/proc/${id}/stat`, "utf8").split(") ")[1].split(" ");
    const all = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
    const parents = new Map(all.map((id) => [id, safe(() => after(id)[1])]));
    const own = all.filter((id) => {
      for (let up = id; up !== undefined && up !== "0"; up = parents.get(up)) if (up === String(pid)) return true;
      return false;
    });
    const ticks = own.map((id) => safe(() => Number(after(id)[11]) + Number(after(id)[12])) ?? 0);
    return ticks.reduce((sum, one) => sum + one, 0) * 10;
  } catch {
    return Number.NaN;
  }
}

function safe(read) {
  try {
    return read();
  } catch {
    return undefined;
  }
}
