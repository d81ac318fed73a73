import { mkdir, open, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";

import type { Clock } from "../../base/clock.ts";
import { hashFile } from "../../base/hash-file.ts";
import { readText, readTextIfAny } from "../../base/read-text.ts";
import type { AccessLine } from "../../domain/access-log.ts";
import { ACCESS_FILE, ACCESS_FOLDER, olderAccessFiles } from "../../programme/accounts/access-log.ts";
import { chainedLines, chainHead } from "../../programme/folder/chained-lines.ts";

/** A request for the log. */
export type LoggedRequest = Omit<AccessLine, "at" | "until" | "count" | "previous">;

/** Limits of an access log. */
export type AccessLimits = {
  /** Size at which a file is closed, bytes. */
  fileBytes: number;
  /** Number of closed files that are kept. */
  files: number;
  /** Time within which equal requests share a line, ms. */
  togetherMs: number;
  /** Time after which a line is written, ms. */
  flushMs: number;
};

const LIMITS: AccessLimits = { fileBytes: 8 * 2 ** 20, files: 31, togetherMs: 600_000, flushMs: 1000 };

/** Maximum number of different requests that are counted together. */
const MOST_OPEN = 10_000;

type Counted = { request: LoggedRequest; fromMs: number; untilMs: number; count: number };

/**
 * The access log of a server: who asked for what, and the answer, as chained lines in files of limited size. The first
 * of equal requests is written within a second, the others as a count after ten minutes, so that a trainer that logs
 * all day does not fill it.
 */
export class AccessLog {
  readonly #folder: string;
  readonly #dataDir: string;
  readonly #now: Clock;
  readonly #log: (line: string) => void;
  readonly #limits: AccessLimits;
  readonly #open = new Map<string, Counted>();
  #lines: Record<string, unknown>[] = [];
  #head: string | null | undefined;
  #lost = 0;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  /** @param log  called with a message if the log cannot be written */
  constructor(
    dataDir: string,
    { now, log, limits = {} }: { now: Clock; log: (line: string) => void; limits?: Partial<AccessLimits> },
  ) {
    this.#dataDir = dataDir;
    this.#folder = join(dataDir, ACCESS_FOLDER);
    this.#now = now;
    this.#log = log;
    this.#limits = { ...LIMITS, ...limits };
  }

  /** Logs a request. */
  add(request: LoggedRequest): void {
    const ms = this.#now().getTime();
    const key = JSON.stringify(request);
    const counted = this.#open.get(key);
    if (counted !== undefined) {
      counted.count += 1;
      counted.untilMs = ms;
    } else {
      if (this.#open.size >= MOST_OPEN) this.#closeCounts(Infinity);
      this.#open.set(key, { request, fromMs: ms, untilMs: ms, count: 0 });
      this.#lines.push(lineOf({ request, fromMs: ms, untilMs: ms, count: 1 }));
    }
    this.#timer ??= setInterval(() => void this.flush(), this.#limits.flushMs).unref();
  }

  /** Writes what was logged. */
  flush(): Promise<void> {
    this.#closeCounts(this.#now().getTime() - this.#limits.togetherMs);
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  /** Writes everything and ends the log. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#closeCounts(Infinity);
    await this.flush();
    if (this.#lines.length > 0) await this.flush(); // the last lines closed a file, and an older one was removed
  }

  /** Makes lines of the requests that were counted since before a time. */
  #closeCounts(beforeMs: number): void {
    for (const [key, counted] of this.#open) {
      if (counted.fromMs > beforeMs) continue;
      this.#open.delete(key);
      if (counted.count > 0) this.#lines.push(lineOf(counted));
    }
  }

  async #write(): Promise<void> {
    if (this.#lines.length === 0) return;
    const lines = this.#lines;
    this.#lines = [];
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      await this.#append(this.#lost > 0 ? [{ at: this.#now().toISOString(), lost: this.#lost }, ...lines] : lines);
      this.#lost = 0;
    } catch (error) {
      if (this.#lost === 0) this.#log(`failed: the access log cannot be written: ${(error as Error).message}`);
      this.#lost += lines.reduce((sum, { count }) => sum + (typeof count === "number" ? count : 0), 0);
      this.#head = undefined; // what of the lines is in the file is read again
    }
  }

  async #append(lines: readonly Record<string, unknown>[]): Promise<void> {
    const path = join(this.#folder, ACCESS_FILE);
    let isTorn = false;
    if (this.#head === undefined) {
      const before = (await readTextIfAny(path)) ?? "";
      const older = (await olderAccessFiles(this.#dataDir)).at(-1);
      isTorn = before !== "" && !before.endsWith("\n");
      this.#head =
        chainHead(before) ?? (older === undefined ? null : chainHead(await readText(join(this.#folder, older))));
    }
    const { lines: text, head } = chainedLines(lines, this.#head);
    const file = await open(path, "a", 0o600);
    try {
      await file.write(isTorn ? `\n${text}` : text);
      await file.datasync();
    } finally {
      await file.close();
    }
    this.#head = head;
    if ((await stat(path)).size >= this.#limits.fileBytes) await this.#closeFile(path);
  }

  /** Gives the current file a number, and removes the oldest one if there are too many: the next file says so. */
  async #closeFile(path: string): Promise<void> {
    const older = await olderAccessFiles(this.#dataDir);
    const number = Number(older.at(-1)?.slice("access-".length, -".jsonl".length) ?? 0) + 1;
    await rename(path, join(this.#folder, `access-${String(number).padStart(6, "0")}.jsonl`));
    for (const name of older.slice(0, Math.max(0, older.length + 1 - this.#limits.files))) {
      const old = join(this.#folder, name);
      this.#lines.push({ at: this.#now().toISOString(), removed: name, sha256: await hashFile(old) });
      await rm(old);
    }
  }
}

function lineOf({ request, fromMs, untilMs, count }: Counted): Record<string, unknown> {
  return { at: new Date(fromMs).toISOString(), until: new Date(untilMs).toISOString(), ...request, count };
}
