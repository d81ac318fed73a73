import { existsSync } from "node:fs";
import { basename, join } from "node:path";

import type * as z from "zod";

import type { Clock } from "../../base/clock.ts";
import { Failure } from "../../base/failure.ts";
import { liveLease } from "../../store/lease.ts";
import { DATABASE_FILE, dataFolder, openStore, type Store } from "../../store/open-store.ts";
import { readOwnerToken } from "../../store/owner-token.ts";
import { askServer, probeServer, type ServerAddress } from "./server-client.ts";

/** Context in which a command finds the state: settings of the user, and the working folder. */
export type StatePlace = {
  programmeDir: string;
  /** Folder of the state, if it is not in the programme folder. */
  dataDir?: string | undefined;
  env: Readonly<Record<string, string | undefined>>;
  now: Clock;
  /** Action if the folder has no database yet; default: that of runs. */
  hint?: string;
};

/** Action if a folder has no database yet, by the request. */
export const EMPTY_STATE = {
  runs: "start tunewright serve there and point a trainer at it, or set TUNEWRIGHT_URL",
  jobs: "start a run: tunewright train start, or set TUNEWRIGHT_URL",
  sweeps: "start a sweep: tunewright sweep start, or set TUNEWRIGHT_URL",
  money: "enter spend with tunewright ledger add, log runs to tunewright serve, or set TUNEWRIGHT_URL",
  alarms: "check a monitor: tunewright watch check NAME, or set TUNEWRIGHT_URL",
  labels: "load a task: tunewright data label create TASK.yaml, or set TUNEWRIGHT_URL",
} as const;

/** A use case in two forms: for an open state, and as a request to the server that owns it. */
export type Question<Output extends z.ZodType> = {
  /** `programmes`: names; experiments without a programme belong to the first. */
  local: (store: Store, programmes: readonly string[]) => Promise<z.output<Output>>;
  /** Path below `/api/v1`. */
  path: string;
  query?: object;
  /** Sent by POST because it changes something. A function is called only if a server is asked. */
  body?: object | (() => Promise<object>);
  /** File whose bytes are sent by PUT, with the other parameters in the query. */
  file?: string;
  /** It may take minutes, and a server is given time for it. */
  isLong?: boolean;
  /** It may be the first write: the database is created if it does not exist. */
  creates?: boolean;
  output: Output;
};

/** Answers one question about the state. */
export type AskState = <Output extends z.ZodType>(question: Question<Output>) => Promise<z.output<Output>>;

/**
 * Answers a question about the state: by the server at `TUNEWRIGHT_URL`, by the one that owns the folder, or from the
 * database itself (`DATABASE_URL`, otherwise the file in the folder).
 *
 * @throws Failure not_found if the folder has no database and the question does not create it; outside if a server or a
 * database does not answer
 */
export async function answerFromState<Output extends z.ZodType>(
  place: StatePlace,
  question: Question<Output>,
): Promise<z.output<Output>> {
  return withState(place, (ask) => ask(question), question.creates);
}

/**
 * Answers several questions: the server is looked up once, and the database is opened once.
 *
 * @param creates create the database if the folder has none
 * @throws Failure as `answerFromState`
 */
export async function withState<T>(place: StatePlace, use: (ask: AskState) => Promise<T>, creates = false): Promise<T> {
  const server = await serverOf(place);
  if (server !== undefined) {
    return use(async ({ path, query = {}, body, file, isLong, output }) => {
      const sent = typeof body === "function" ? await body() : body;
      return askServer(server, { path, query, body: sent, file, ...(isLong === undefined ? {} : { isLong }), output });
    });
  }
  const url = place.env["DATABASE_URL"] || undefined;
  const { dataDir = dataFolder(place.programmeDir) } = place;
  if (!creates && url === undefined && !existsSync(join(dataDir, DATABASE_FILE))) {
    throw new Failure("not_found", `${place.dataDir ?? place.programmeDir} has no database yet`, {
      hint: place.hint ?? EMPTY_STATE.runs,
    });
  }
  const store = await openStore({ dataDir, url }, place.now);
  try {
    return await use(({ local }) => local(store, [programmeName(place.programmeDir)]));
  } finally {
    await store.close();
  }
}

/** Name of the programme in a folder, as the server shows it. */
export function programmeName(programmeDir: string): string {
  return basename(programmeDir);
}

/**
 * The folder of a programme, for a command that runs in it.
 *
 * @throws Failure bad_input for another programme of the same database
 */
export function folderOf(programmeDir: string): (programme: string) => string {
  return (programme) => {
    if (programme === programmeName(programmeDir)) return programmeDir;
    throw new Failure(
      "bad_input",
      `it belongs to the programme ${programme}, and this folder is ${programmeName(programmeDir)}`,
      { hint: `run the command in the folder of that programme; if this one was renamed, name it ${programme} again` },
    );
  };
}

async function serverOf({
  programmeDir,
  dataDir = dataFolder(programmeDir),
  env,
}: StatePlace): Promise<ServerAddress | undefined> {
  const set = env["TUNEWRIGHT_URL"];
  if (set !== undefined && set !== "") {
    if (!/^https?:\/\//.test(set) || !URL.canParse(set)) {
      throw new Failure("bad_input", "TUNEWRIGHT_URL is not the address of a server", {
        hint: "TUNEWRIGHT_URL=http://127.0.0.1:5000",
      });
    }
    return { url: set, token: env["TUNEWRIGHT_TOKEN"] || undefined };
  }
  const lease = await liveLease(dataDir, probeServer);
  if (lease === undefined) return undefined;
  if (lease.url === null)
    throw new Failure("outside", "the server of this folder is still starting", { hint: "retry" });
  return { url: lease.url, token: await readOwnerToken(dataDir) };
}
