import { Command, CommanderError, Option } from "commander";

import { Failure } from "../base/failure.ts";
import type { Answer, CommandDefinition } from "./command.ts";
import { RENAMED_FIELDS, renamedText } from "../domain/renamed-fields.ts";
import { groupedFields } from "./flag-groups.ts";
import type { Globals, Io } from "./io.ts";
import type { OptionRow } from "./options.ts";
import { COMMANDS, GROUPS, type Registered } from "./registry.ts";
import { shownDefault } from "./shown-default.ts";

/**
 * Dependencies of the program: output streams, and the factory of `Io`, which is called when the global flags are
 * known.
 */
export type Host = { version: string; write: (text: string) => void; io: (globals: Globals) => Io };

/**
 * Runs one command line.
 *
 * @param argv  words after `tunewright`
 * @returns the result of the command, or undefined if help or the version was printed
 * @throws Failure for every user error
 */
export async function runProgram(
  argv: readonly string[],
  host: Host,
): Promise<{ answer: Answer; globals: Globals; io: Io } | undefined> {
  const program = root(host);
  const chosen = chosenCommand(wordsOf(argv));
  let result: { answer: Answer; globals: Globals; io: Io } | undefined;
  for (const registered of COMMANDS) {
    const command = leaf(program, registered);
    if (registered !== chosen) continue;
    const { default: definition } = await registered.load();
    const { optionRows, parseOptions } = await import("./options.ts");
    addOptions(command, definition, optionRows(definition));
    command.action(async (...received: unknown[]) => {
      const raw = { ...command.opts<Record<string, unknown>>() };
      const given = new Set(Object.keys(raw).filter((field) => command.getOptionValueSource(field) === "cli"));
      for (const [index, field] of definition.args.entries()) raw[field] = emptyToUndefined(received[index]);
      const globals = readGlobals(program);
      const io = host.io(globals);
      for (const [earlier, present] of earlierFlags(optionRows(definition))) {
        if (raw[earlier] === undefined) continue;
        io.note(renamedText(flagOf(earlier), flagOf(present)));
        raw[present] ??= raw[earlier];
        given.add(present);
      }
      result = { answer: await definition.run(io, parseOptions(definition, raw), given), globals, io };
    });
  }
  if (argv.length === 0) {
    program.outputHelp();
    return undefined;
  }
  try {
    // commander's own help command supports only one level
    const line = argv[0] === "help" ? [...argv.slice(1), "--help"] : [...argv];
    await program.parseAsync(line, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0) throw await asFailure(error, wordsOf(argv));
  }
  return result;
}

function root(host: Host): Command {
  const program = new Command("tunewright")
    .description("Plans, runs and accounts for LLM fine-tuning programmes.")
    .version(host.version, "-V, --version", "print the version")
    .option("--json", "print one JSON value instead of text")
    .option("-q, --quiet", "print only errors on stderr")
    .option("--no-color", "print without colour (like NO_COLOR=1)")
    .option("-y, --yes", "answer yes to every question")
    .option("--debug", "print the stack of an error")
    .option("-C, --dir <dir>", "folder that relative paths start from")
    .exitOverride()
    .configureOutput({ writeOut: host.write, writeErr: () => undefined })
    .configureHelp({ showGlobalOptions: true, helpWidth: 100 })
    .helpCommand("help [command]", "print the help of a command")
    .helpOption("-h, --help", "print this help")
    .addHelpText(
      "after",
      "\nExamples:\n  $ tunewright init my-programme\n  $ tunewright feasibility my-programme\n  $ tunewright plan memory --model Qwen/Qwen2.5-7B --method lora --gpu L40S",
    );
  for (const [name, summary] of Object.entries(GROUPS)) {
    program.command(name).summary(summary).description(sentence(summary));
  }
  return program;
}

/** Adds the command of a registry row to its group, with only its summary. */
function leaf(program: Command, { path, summary }: Registered): Command {
  const parent = path.length > 1 ? program.commands.find((command) => command.name() === path[0])! : program;
  const command = parent.command(path.at(-1)!).summary(summary).description(sentence(summary));
  return command;
}

function addOptions(command: Command, definition: CommandDefinition, rows: readonly OptionRow[]): void {
  command.description(definition.description);
  for (const field of definition.args) {
    const row = rows.find((row) => row.field === field)!;
    const name = `${row.flag.slice(2)}${row.kind === "list" ? "..." : ""}`;
    command.argument(row.required ? `<${name}>` : `[${name}]`, describe(row));
  }
  const flags = rows.map(({ field }) => field).filter((field) => !definition.args.includes(field));
  for (const { field, title } of groupedFields(flags, definition.groups)) {
    const option = optionOf(rows.find((row) => row.field === field)!);
    command.addOption(title === undefined ? option : option.helpGroup(title));
  }
  for (const [earlier] of earlierFlags(rows)) command.addOption(new Option(`${flagOf(earlier)} <text>`).hideHelp());
  const lines = definition.examples.map((example) => `  $ tunewright ${example}`);
  command.addHelpText("after", `\nExamples:\n${lines.join("\n")}`);
}

/**
 * Flags named after the earlier name of their field, with the current name. They are accepted but not shown in the
 * help.
 */
function earlierFlags(rows: readonly OptionRow[]): [earlier: string, present: string][] {
  return Object.entries(RENAMED_FIELDS).filter(([, present]) => rows.some(({ field }) => field === present));
}

function flagOf(field: string): string {
  return `--${field.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function optionOf(row: OptionRow): Option {
  if (row.kind === "boolean") {
    const flag = row.defaultValue === true ? `--no-${row.flag.slice(2)}` : row.flag;
    return new Option(flag, row.description);
  }
  return new Option(`${row.flag} <${row.kind === "list" ? "value..." : placeholder(row)}>`, describe(row));
}

function describe(row: OptionRow): string {
  const fallback = shownDefault(row);
  const notes = [
    row.choices ? `one of ${row.choices.join(", ")}` : "",
    fallback === undefined ? "" : `default ${fallback}`,
  ].filter((note) => note !== "");
  return notes.length === 0 ? row.description : `${row.description} (${notes.join("; ")})`;
}

function placeholder(row: OptionRow): string {
  return row.kind === "integer" || row.kind === "number" ? "number" : row.choices ? "name" : "text";
}

/** The words of a command line that are not flags, without `help`; they may name a command. */
function wordsOf(argv: readonly string[]): string[] {
  const words = argv.filter((word, index) => !word.startsWith("-") && !["-C", "--dir"].includes(argv[index - 1] ?? ""));
  return words[0] === "help" ? words.slice(1) : words;
}

/** The registry row with the longest path with which the words begin: `audit import` before `audit`. */
function chosenCommand(words: readonly string[]): Registered | undefined {
  return COMMANDS.filter(({ path }) => path.every((part, index) => words[index] === part)).toSorted(
    (a, b) => b.path.length - a.path.length,
  )[0];
}

function readGlobals(program: Command): Globals {
  const flags = program.opts<{ json?: true; quiet?: true; color: boolean; yes?: true; debug?: true; dir?: string }>();
  return {
    json: flags.json ?? false,
    quiet: flags.quiet ?? false,
    color: flags.color,
    yes: flags.yes ?? false,
    debug: flags.debug ?? false,
    dir: flags.dir,
  };
}

/** The command line that prints the help of the named command, or of all commands. */
export function helpLine(argv: readonly string[]): string {
  const words = wordsOf(argv);
  const path = chosenCommand(words)?.path ?? words.slice(0, words[0] !== undefined && words[0] in GROUPS ? 1 : 0);
  return `tunewright ${[...path, "--help"].join(" ")}`;
}

/**
 * Converts commander's error for a mistyped command line to a Failure: its first line is the message, its suggestion
 * the hint.
 */
async function asFailure(error: CommanderError, words: readonly string[]): Promise<Failure> {
  const path = chosenCommand(words)?.path ?? words.slice(0, words[0] !== undefined && words[0] in GROUPS ? 1 : 0);
  const help = helpLine(words);
  if (error.code === "commander.help") {
    if (path.length === 0) return new Failure("bad_input", "expected a command", { hint: `${help} lists them` });
    return new Failure("bad_input", `"${path.join(" ")}" needs a subcommand`, { hint: `${help} lists them` });
  }
  const [message = "", suggestion] = error.message.replace(/^error: /, "").split("\n");
  const near = await nearWord(message, /Did you mean (.*)\?/.exec(suggestion ?? "")?.[1]?.replace(/^one of /, ""));
  return new Failure("bad_input", message.replaceAll("'", '"'), {
    hint: near ? `did you mean ${near}?` : `see ${help}`,
    cause: error,
  });
}

/**
 * Commander's suggestion, if it is also close by our own measure: commander would suggest `--region` for `--version`.
 */
async function nearWord(message: string, suggestion: string | undefined): Promise<string | undefined> {
  const { suggest } = await import("../base/suggest.ts"); // only needed after a mistake
  const typed = /'-*([^']+)'/.exec(message)?.[1] ?? "";
  const words = suggestion?.split(", ").map((word) => word.replace(/^-+/, "")) ?? [];
  return suggest(typed, words).length > 0 ? suggestion : undefined;
}

function emptyToUndefined(value: unknown): unknown {
  return Array.isArray(value) && value.length === 0 ? undefined : value;
}

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}
