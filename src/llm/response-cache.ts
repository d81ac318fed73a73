import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { atomicWrite } from "../base/atomic-write.ts";
import { isSystemError } from "../base/failure.ts";
import { PaidAnswer } from "./answer-journal.ts";

/** Shared cache of answers by request key, with one file per answer. */
export type ResponseCache = {
  /** The stored response; undefined if there is none or the file is incomplete. */
  read: (key: string) => Promise<PaidAnswer | undefined>;
  write: (answer: PaidAnswer) => Promise<void>;
};

/** Opens a folder of answers, which is created with the first answer. */
export function responseCache(folder: string): ResponseCache {
  const pathOf = (key: string): string => join(folder, key.slice(0, 2), `${key}.json`);
  return {
    read: async (key) => {
      try {
        const { data } = PaidAnswer.safeParse(JSON.parse(await readFile(pathOf(key), "utf8")));
        return data?.key === key ? data : undefined;
      } catch (error) {
        if (error instanceof SyntaxError || isSystemError(error, "ENOENT")) return undefined;
        throw error;
      }
    },
    write: (answer) => atomicWrite(pathOf(answer.key), `${JSON.stringify(answer)}\n`, 0o600),
  };
}
