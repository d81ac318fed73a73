#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { styleText } from "node:util";

import { FAILURES, Failure, isSystemError } from "../base/failure.ts";
import type { Answer } from "./command.ts";
import { processIo } from "./io.ts";
import { runProgram } from "./program.ts";

/** Prints an answer as JSON or text, then what to do next. */
async function print(answer: Answer, json: boolean, write: (text: string) => void): Promise<void> {
  if (!json) write(`${answer.text()}\n`);
  else if (isAsyncIterable(answer.json)) for await (const item of answer.json) write(`${JSON.stringify(item)}\n`);
  else write(`${JSON.stringify(answer.json, null, process.stdout.isTTY ? 2 : undefined)}\n`);
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return value !== null && typeof value === "object" && Symbol.asyncIterator in value;
}

/** Says what went wrong and what to do; returns the exit code. */
function report(error: unknown, argv: readonly string[]): number {
  const debug = argv.includes("--debug");
  const isPlain = argv.includes("--no-color");
  const paint = (style: "red" | "cyan", text: string): string =>
    isPlain ? text : styleText(style, text, { stream: process.stderr });
  if (isSystemError(error, "EPIPE")) return 0; // the reader of our output went away, as `head` does
  const failure = error instanceof Failure ? error : undefined;
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${paint("red", "error:")} ${failure ? message : `this is a bug: ${message}`}\n`);
  const hint = failure ? failure.hint : "run again with --debug and report what it prints";
  if (hint) process.stderr.write(`\n${paint("cyan", "hint:")} ${hint}\n`);
  if (debug && error instanceof Error)
    process.stderr.write(
      `\n${error.stack ?? ""}\n${error.cause instanceof Error ? `caused by: ${error.cause.stack ?? ""}\n` : ""}`,
    );
  return failure ? FAILURES[failure.kind].exit : 1;
}

async function main(argv: readonly string[]): Promise<number> {
  const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
    version: string;
  };
  try {
    const done = await runProgram(argv, { version, write: (text) => process.stdout.write(text), io: processIo });
    if (!done) return 0;
    await print(done.answer, done.globals.json, done.io.out);
    if (done.answer.failed !== undefined)
      throw new Failure("check_failed", done.answer.failed, { hint: done.answer.next });
    if (done.answer.next !== undefined && !done.globals.json) done.io.note(`next: ${done.answer.next}`);
    return 0;
  } catch (error) {
    return report(error, argv);
  }
}

process.stdout.on("error", (error) => {
  process.exitCode = report(error, []);
});
process.once("SIGINT", () => {
  process.stderr.write("error: interrupted\n");
  process.exit(FAILURES.interrupted.exit);
});
process.exitCode = await main(process.argv.slice(2));
