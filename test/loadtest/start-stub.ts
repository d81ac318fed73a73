import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** Faults of an answer of the stub. */
export type StubFault =
  | "hang"
  | "reset"
  | "429"
  | "500"
  | "no-stream"
  | "not-http"
  | "zero-tokens"
  | "no-usage"
  | "half"
  | "half-clean"
  | "error-event"
  | "wrong-json";

/** Behaviour of the stub: see the head of stub-server.mjs. */
export type StubConfig = {
  slots: number;
  prefillMs: number;
  perTokenMs: number;
  tokensPerChunk?: number;
  /** From the arrival of this request, counted from 0, nothing happens for so long. */
  stall?: { atRequest: number; ms: number };
  /** Faults of requests `from`, `from + every`, ...; default: all from the first. */
  faults?: { kind: StubFault; every?: number; from?: number }[];
};

/** The stub's own account since its start. */
export type StubAccount = {
  /** Milliseconds from the arrival at the server to the first and last token that it sent. */
  served: { index: number; firstMs: number; lastMs: number; outputTokens: number }[];
  /** 99th percentile of how late its tokens were: above some milliseconds the machine was busy with other things. */
  lateP99Ms: number;
  /** Requests that came. */
  arrived: number;
  /** CPU time of its process. */
  cpuSec: number;
};

/** A stub that runs. */
export type Stub = { url: string; account: () => Promise<StubAccount>; stop: () => Promise<void> };

/** Starts the stub as a process of its own: client and server must not share an event loop. */
export async function startStub(config: StubConfig): Promise<Stub> {
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL("stub-server.mjs", import.meta.url)), JSON.stringify(config)],
    {
      stdio: ["pipe", "pipe", "inherit"],
    },
  );
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  const url = line.toString("utf8").trim();
  return {
    url,
    account: async () => (await (await fetch(`${url}/stub/account`)).json()) as StubAccount,
    stop: async () => {
      if (child.exitCode !== null) return;
      child.stdin.end();
      await once(child, "close");
    },
  };
}
