import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";

import type * as z from "zod";

import { Failure, isSystemError } from "../base/failure.ts";
import { fieldProblems } from "../base/issue-text.ts";
import { parseJson } from "../base/json.ts";
import { LoadTestRequest } from "../domain/loadtest-request.ts";
import { LoadTestHead } from "../domain/loadtest-result.ts";
import { HEAD_FILE, REQUESTS_FILE } from "./request-writer.ts";

/** Record of a test in its folder. */
export type RecordedTest = {
  head: LoadTestHead;
  /** Its requests, in the order in which they ended. */
  requests: AsyncIterable<LoadTestRequest>;
  /**
   * Number of characters of an incomplete last line; 0 if the last line is complete. Known after everything is read.
   */
  cutChars: () => number;
  /** Time at which the last line was written. */
  writtenAt: Date;
};

/** The folder of a given test: the folder itself, or that of its file of requests. */
export function testFolder(path: string): string {
  return path.endsWith(".jsonl") ? dirname(path) : path;
}

/**
 * Opens the record of a test. A truncated last line, which a power failure may leave, is ignored.
 *
 * @param folder path to read from
 * @param shown its name in messages
 * @throws Failure not_found if one of its files is missing; bad_input for a line that is not a request, with its number
 */
export async function recordedTest(folder: string, shown: string): Promise<RecordedTest> {
  const headName = join(shown, HEAD_FILE);
  const text = await readFile(join(folder, HEAD_FILE), "utf8").catch((error: unknown) => notRead(error, headName));
  const value = parseJson(text, headName);
  const parsed = LoadTestHead.safeParse(value);
  if (!parsed.success) {
    throw new Failure("bad_input", `${headName}: ${firstProblem(parsed.error, value)}`, {
      hint: "run the test again: the file was changed after loadtest wrote it",
    });
  }
  const path = join(folder, REQUESTS_FILE);
  const name = join(shown, REQUESTS_FILE);
  const { mtime } = await stat(path).catch((error: unknown) => notRead(error, name));
  const state = { cutChars: 0 };
  return {
    head: parsed.data,
    requests: requestsOf(path, name, state),
    cutChars: () => state.cutChars,
    writtenAt: mtime,
  };
}

async function* requestsOf(path: string, name: string, state: { cutChars: number }): AsyncGenerator<LoadTestRequest> {
  let before: { line: number; text: string } | undefined;
  let line = 0;
  for await (const text of createInterface({ input: createReadStream(path, "utf8"), crlfDelay: Infinity })) {
    line += 1;
    if (before !== undefined) yield requestOf(before, name);
    before = { line, text };
  }
  if (before === undefined) return;
  if (isWhole(before.text)) yield requestOf(before, name);
  else state.cutChars = before.text.length;
}

function isWhole(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function requestOf({ line, text }: { line: number; text: string }, name: string): LoadTestRequest {
  const value = parseJson(text, `${name}, line ${line}`);
  const parsed = LoadTestRequest.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Failure("bad_input", `${name}, line ${line}: ${firstProblem(parsed.error, value)}`, {
    hint: `expected the ${REQUESTS_FILE} that a load test wrote`,
  });
}

/** The first wrong field, and the error. */
function firstProblem(error: z.ZodError, value: unknown): string {
  const { path, text } = fieldProblems(error, value)[0]!;
  return path.length === 0 ? text : `${path.join(".")}: ${text}`;
}

function notRead(error: unknown, name: string): never {
  if (!isSystemError(error, "ENOENT", "ENOTDIR")) throw error;
  throw new Failure("not_found", `${name} does not exist`, {
    hint: `name the folder of a load test, which has ${HEAD_FILE} and ${REQUESTS_FILE}`,
  });
}
