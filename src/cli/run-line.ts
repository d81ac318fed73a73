import { styleText } from "node:util";

import { asSystemFailure } from "../base/atomic-write.ts";
import { commandLine } from "../base/command-line.ts";
import { FAILURES, Failure, type FailureKind, isSystemError } from "../base/failure.ts";
import { packageVersion } from "../base/package-version.ts";
import { visibleControls } from "../report/visible-controls.ts";
import type { FailureAnswer } from "../domain/failure-answer.ts";
import type { Answer } from "./command.ts";
import { type Io, processIo, type Surroundings } from "./io.ts";
import { helpLine, runProgram } from "./program.ts";

/** Prints a result as JSON or text, then the suggested next command. */
async function print(answer: Answer, format: { json: boolean; indent: boolean }, io: Io): Promise<void> {
  if (!format.json && answer.lines !== undefined) for await (const line of answer.lines()) io.out(`${line}\n`);
  else if (!format.json) io.out(`${answer.text()}\n`);
  else if (isAsyncIterable(answer.json)) for await (const item of answer.json) io.out(`${JSON.stringify(item)}\n`);
  else io.out(`${JSON.stringify(answer.json, null, format.indent ? 2 : undefined)}\n`);
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return value !== null && typeof value === "object" && Symbol.asyncIterator in value;
}

/** A suggestion whose commands are run from the same folder, if this one was run with `-C`. */
function fromFolder(suggestion: string, argv: readonly string[]): string {
  const flag = argv.findIndex((word) => word === "-C" || word === "--dir" || word.startsWith("--dir="));
  const dir = argv[flag]?.startsWith("--dir=") ? argv[flag].slice("--dir=".length) : argv[flag + 1];
  if (flag === -1 || dir === undefined) return suggestion;
  const command = commandLine(["-C", dir]);
  return suggestion.replaceAll(/\btunewright (?=[a-z])(?![^,;]*--help)/g, () => `${command} `);
}

/** Reports a failure and its remedy; returns the exit code. */
export function reportFailure(
  error: unknown,
  argv: readonly string[],
  { stderr }: Pick<Surroundings, "stderr">,
): number {
  const isPlain = argv.includes("--no-color");
  const paint = (style: "red" | "cyan", text: string): string =>
    isPlain ? text : styleText(style, text, { stream: stderr });
  if (isSystemError(error, "EPIPE")) return 0; // the reader closed our output, as `head` does
  const { kind, exit, ...words } = factsOf(error, argv);
  const message = visibleControls(words.message);
  const hint = words.hint === undefined ? undefined : visibleControls(words.hint);
  stderr.write(`${paint("red", "error:")} ${kind === "bug" ? `this is a bug: ${message}` : message}\n`);
  if (hint) stderr.write(`\n${paint("cyan", "hint:")} ${hint}\n`);
  if (argv.includes("--debug") && error instanceof Error)
    stderr.write(
      visibleControls(
        `\n${error.stack ?? ""}\n${error.cause instanceof Error ? `caused by: ${error.cause.stack ?? ""}\n` : ""}`,
      ),
    );
  return exit;
}

/** Text of a failure. Bad input without a hint refers to the help of its command. */
function factsOf(
  error: unknown,
  argv: readonly string[],
): {
  kind: FailureKind | "bug";
  message: string;
  hint: string | undefined;
  exit: number;
} {
  const known = asSystemFailure(error);
  if (known instanceof Failure) {
    const { kind, message } = known;
    const hint = known.hint ?? (kind === "bad_input" ? `see ${helpLine(argv)}` : undefined);
    return { kind, message, hint: hint && fromFolder(hint, argv), exit: FAILURES[kind].exit };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { kind: "bug", message, hint: "run it again with --debug and report the output", exit: 1 };
}

/**
 * Runs one command line and prints its result: data on stdout, messages and failures on stderr.
 *
 * @param argv  words after `tunewright`
 * @param around  the process, or its replacement in a test
 * @returns the exit code
 */
export async function runLine(argv: readonly string[], around: Surroundings): Promise<number> {
  const { stdout } = around;
  const version = packageVersion();
  let hasAnswered = false;
  try {
    const write = (text: string): void => void stdout.write(text);
    const done = await runProgram(argv, { version, write, io: (globals) => processIo(globals, around) });
    if (!done) return 0;
    const { answer, globals, io } = done;
    hasAnswered = true;
    await print(answer, { json: globals.json, indent: stdout.isTTY }, io);
    const { next } = answer;
    if (answer.failed !== undefined) throw new Failure("check_failed", answer.failed, { hint: next });
    if (answer.ended !== undefined) throw new Failure(answer.ended.kind, answer.ended.message, { hint: next });
    if (next !== undefined && !globals.json) io.note(`next: ${fromFolder(next, argv)}`);
    return 0;
  } catch (error) {
    if (argv.includes("--json") && !hasAnswered && !isSystemError(error, "EPIPE")) {
      const { kind, message, hint = null } = factsOf(error, argv);
      const failed: FailureAnswer = { error: { kind, message, hint } };
      stdout.write(visibleControls(`${JSON.stringify(failed)}\n`));
    }
    return reportFailure(error, argv, around);
  }
}
