import { createReadStream, existsSync } from "node:fs";
import { type FileHandle, mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";

import * as z from "zod";

import { asWriteFailure, syncFolder } from "../base/atomic-write.ts";
import { Failure } from "../base/failure.ts";
import { parseMoney } from "../base/money.ts";
import { Money } from "../domain/source.ts";
import { lockRun } from "../remote/run-lock.ts";

/** A paid answer: the raw response of the endpoint, so that a better parser costs nothing. */
export const PaidAnswer = z.object({
  key: z.string(),
  kind: z.literal("answer"),
  text: z.string(),
  /** Further texts, if more than one was requested. */
  more: z.array(z.string()).optional(),
  refusal: z.literal(true).optional(),
  /** The answer was truncated at its maximum length, `maxTokens`. */
  cutOff: z.literal(true).optional(),
  maxTokens: z.number().optional(),
  input: z.number(),
  output: z.number(),
  /** The endpoint did not report the tokens, so they are estimated. */
  estimated: z.literal(true).optional(),
  usd: Money,
  model: z.string(),
  /** Model and build that answered, as reported by the endpoint. */
  servedModel: z.string().optional(),
  fingerprint: z.string().optional(),
  /** Id of the answer given by the endpoint. */
  responseId: z.string().optional(),
  on: z.string(),
});
/** An answer as a line of the file. */
export type PaidAnswer = z.infer<typeof PaidAnswer>;

/** A line of the file: a request about to be sent with its worst-case cost, an answer, or a failed request. */
const JournalLine = z.discriminatedUnion("kind", [
  PaidAnswer,
  z.object({ key: z.string(), kind: z.literal("asked"), usd: Money }),
  z.object({ key: z.string(), kind: z.literal("failed"), usd: Money }),
]);
/** Any line of the file. */
export type JournalLine = z.infer<typeof JournalLine>;

/** A file of answers that is open for writing. */
export type AnswerJournal = {
  path: string;
  answer: (key: string) => PaidAnswer | undefined;
  /** The answer, if it is usable. A truncated answer is ignored if longer ones are now allowed. */
  known: (key: string, maxTokens: number) => PaidAnswer | undefined;
  /** Cost of a question so far, in pico-dollars. A request without a response counts at its worst-case cost. */
  spentPico: (key: string) => bigint;
  /** Cost of all questions so far. */
  totalPico: () => bigint;
  /** Appends a line. An answer is on disk when the promise resolves. */
  add: (line: JournalLine) => Promise<void>;
  close: () => Promise<void>;
};

/**
 * Opens a file of answers for appending, exclusively.
 *
 * @throws Failure bad_input if another process has it open, and the failures of `readJournal`
 */
export async function openJournal(path: string): Promise<AnswerJournal> {
  // before reading, or lines of another process would be removed as incomplete
  const unlock = await lockRun(dirname(path), `another run is writing ${path}`);
  try {
    const journal = await readJournal(path);
    return { ...journal, close: () => journal.close().finally(unlock) };
  } catch (error) {
    await unlock();
    throw error;
  }
}

/**
 * Reads a file of answers, one JSON object per line. Reading does not change the file, because another process may be
 * writing. A line that was truncated by a crash is ignored, and is removed before the next one is written; it can only
 * be the last line. Memory: the answers, and about 100 bytes per question.
 *
 * @throws Failure bad_input if another line is not an answer; outside if the disk fails
 */
export async function readJournal(path: string): Promise<AnswerJournal> {
  const answers = new Map<string, PaidAnswer>();
  const spent = new Map<string, { settled: bigint; open: bigint }>();
  const take = (line: JournalLine): void => {
    const { settled, open: pending } = spent.get(line.key) ?? { settled: 0n, open: 0n };
    const pico = parseMoney(line.usd);
    if (line.kind === "answer") answers.set(line.key, line);
    if (line.kind === "asked") spent.set(line.key, { settled: settled + pending, open: pico });
    else spent.set(line.key, { settled: settled + pico, open: 0n });
  };
  const wholeBytes = existsSync(path) ? await readJournalLines(path, take) : 0;
  let writer: ReturnType<typeof lineWriter> | undefined; // reading does not change the file
  return {
    path,
    answer: (key) => answers.get(key),
    known: (key, maxTokens) => {
      const answer = answers.get(key);
      return answer?.cutOff === true && (answer.maxTokens ?? 0) < maxTokens ? undefined : answer;
    },
    totalPico: () => [...spent.values()].reduce((sum, { settled, open: pending }) => sum + settled + pending, 0n),
    spentPico: (key) => {
      const { settled, open: pending } = spent.get(key) ?? { settled: 0n, open: 0n };
      return settled + pending;
    },
    add: async (line) => {
      writer ??= lineWriter(path, wholeBytes);
      await (await writer).write(line);
      take(line);
    },
    close: async () => (await writer)?.close(),
  };
}

/** Reads all complete lines of a file of answers; returns their size in bytes. @throws Failure as `readJournal` */
export async function readJournalLines(path: string, take: (line: JournalLine) => void): Promise<number> {
  let rest = Buffer.alloc(0);
  let [whole, number] = [0, 0];
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    rest = Buffer.concat([rest, chunk]);
    let start = 0;
    for (let end = rest.indexOf(10); end !== -1; end = rest.indexOf(10, start)) {
      number += 1;
      take(lineOf(rest.toString("utf8", start, end), `${path}, line ${number}`));
      whole += end + 1 - start;
      start = end + 1;
    }
    rest = rest.subarray(start);
  }
  return whole;
}

function lineOf(text: string, where: string): JournalLine {
  try {
    const { data } = JournalLine.safeParse(JSON.parse(text));
    if (data !== undefined) return data;
  } catch {
    // reported below
  }
  throw new Failure("bad_input", `${where}: not a model's answer`, {
    hint: "name the file that the judge wrote, or move it away: its answers are then paid for again",
  });
}

type Waiting = { text: string; isAnswer: boolean; done: () => void; fail: (error: unknown) => void };

type LineWriter = { write: (line: JournalLine) => Promise<void>; close: () => Promise<void> };

/** Appends lines after the complete ones, in order of arrival. Waiting lines are written to disk together. */
async function lineWriter(path: string, wholeBytes: number): Promise<LineWriter> {
  const failed = (error: unknown): unknown => asWriteFailure(error, path);
  const opened = async (): Promise<FileHandle> => {
    await mkdir(dirname(path), { recursive: true });
    const handle = await open(path, "a", 0o600);
    await handle.truncate(wholeBytes);
    await syncFolder(dirname(path));
    return handle;
  };
  const file = await opened().catch((error: unknown) => Promise.reject(failed(error)));
  let waiting: Waiting[] = [];
  let running: Promise<void> | undefined;
  let broken: unknown; // a partially written line must remain the last one
  const run = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        if (broken !== undefined) throw broken;
        await file.appendFile(batch.map(({ text }) => text).join(""));
        if (batch.some(({ isAnswer }) => isAnswer)) await file.datasync();
        for (const { done } of batch) done();
      } catch (error) {
        broken ??= failed(error);
        for (const { fail } of batch) fail(broken);
      }
    }
    running = undefined;
  };
  return {
    write: (line) =>
      new Promise((done, fail) => {
        waiting.push({ text: `${JSON.stringify(line)}\n`, isAnswer: line.kind === "answer", done, fail });
        running ??= run();
      }),
    close: async () => {
      await running;
      await file.close();
    },
  };
}
