import { type FileHandle, mkdir, open } from "node:fs/promises";
import { join } from "node:path";

import { asWriteFailure, atomicWrite } from "../base/atomic-write.ts";
import { Failure, isSystemError } from "../base/failure.ts";
import type { LoadTestRequest } from "../domain/loadtest-request.ts";
import type { LoadTestHead } from "../domain/loadtest-result.ts";

/** File of the requests in the folder of a test. */
export const REQUESTS_FILE = "requests.jsonl";

/** File with the endpoint and the settings, in the same folder. */
export const HEAD_FILE = "test.json";

/** Writes one line per request when the request ends. */
export type RequestWriter = {
  /** Writes endpoint and settings before the first request is sent. */
  begin: (head: LoadTestHead) => Promise<void>;
  add: (request: LoadTestRequest) => void;
  /** Waits until everything is on disk. */
  close: () => Promise<void>;
};

/**
 * Opens `requests.jsonl` in a folder, which is created if it does not exist. Lines are appended as requests end; those
 * that arrive during a write are written together, as complete lines, so that the file of a killed process can be read
 * up to its last line. The file is synced to disk at the end.
 *
 * @param onFailure called once if the file can no longer be written
 * @throws Failure bad_input if the folder already contains a test; outside if it cannot be written
 */
export async function requestWriter(
  folder: string,
  shown: string,
  onFailure: (failure: unknown) => void,
): Promise<RequestWriter> {
  const path = join(folder, REQUESTS_FILE);
  const file = await created(folder, path, shown);
  let waiting: string[] = [];
  let writing: Promise<void> | undefined;
  let hasFailed = false;
  const flush = async (): Promise<void> => {
    while (waiting.length > 0 && !hasFailed) {
      const text = waiting.join("");
      waiting = [];
      try {
        await file.appendFile(text);
      } catch (error) {
        hasFailed = true;
        onFailure(asWriteFailure(error, join(shown, REQUESTS_FILE)));
      }
    }
    writing = undefined;
  };
  return {
    begin: (head) => atomicWrite(join(folder, HEAD_FILE), `${JSON.stringify(head, null, 1)}\n`),
    add: (request) => {
      if (hasFailed) return;
      waiting.push(`${JSON.stringify(request)}\n`);
      writing ??= flush();
    },
    close: async () => {
      await writing;
      try {
        if (!hasFailed) await file.sync();
      } finally {
        await file.close();
      }
    },
  };
}

async function created(folder: string, path: string, shown: string): Promise<FileHandle> {
  try {
    await mkdir(folder, { recursive: true });
    return await open(path, "ax");
  } catch (error) {
    if (isSystemError(error, "EEXIST")) {
      throw new Failure("bad_input", `${join(shown, REQUESTS_FILE)} already exists: the folder contains a load test`, {
        hint: "use another folder with --out",
      });
    }
    throw asWriteFailure(error, join(shown, REQUESTS_FILE));
  }
}
