import { beforeAll, expect, test } from "vitest";

import { type OptionRow, optionRows } from "../../src/cli/options.ts";
import { COMMANDS, GROUPS } from "../../src/cli/registry.ts";
import { readTree, sourceFiles, type Tree, withoutComments } from "../tidy/tree.ts";
import { ROOT } from "./run-cli.ts";

const GLOBAL = ["--json", "--quiet", "--no-color", "--yes", "--debug", "--dir", "--help", "--version"];

/** Flags of a command, and how many words it takes without a flag. */
type Known = { flags: ReadonlyMap<string, OptionRow | undefined>; positionals: number };

/** Commands under their words. */
const commands = new Map<string, Known>();

beforeAll(async () => {
  for (const { path, load } of COMMANDS) {
    const { default: definition } = await load();
    const rows = optionRows(definition);
    const flags = new Map<string, OptionRow | undefined>(GLOBAL.map((flag) => [flag, undefined]));
    for (const row of rows) flags.set(row.defaultValue === true ? `--no-${row.flag.slice(2)}` : row.flag, row);
    const isList = rows.some(({ field, kind }) => kind === "list" && definition.args.includes(field));
    commands.set(path.join(" "), { flags, positionals: isList ? Number.POSITIVE_INFINITY : definition.args.length });
  }
});

/** A command line that a text names: its words up to the end of the sentence or of the code. */
type Named = { place: string; words: string[] };

/** Names of a command in a text, `tunewright data run --yes`, and in code, `commandLine(["data", "run", "--yes"])`. */
function namedIn(path: string, text: string): Named[] {
  const at = (index: number): string => `${path}:${text.slice(0, index).split("\n").length}`;
  const spelled = [...text.matchAll(/(?<![\w./@-])tunewright ([a-z-][^"'`\n;<\\]*)/g)].map(({ index, 1: line }) => ({
    place: at(index),
    words: line!
      .replaceAll(/\$\{[^}]*\}/g, "VALUE")
      .split(/&&|\||>|, | with: | or | and | then |\. |: |\(/)[0]!
      .split(/\s+/)
      .map((word) => word.replace(/[).,:\]]+$/, ""))
      .filter((word) => word !== ""),
  }));
  const built = [...text.matchAll(/\bcommandLine(?:In\(\w+, |\()\[([^\]]*)\]/g)].map(({ index, 1: list }) => ({
    place: at(index),
    words: list!.split(",").flatMap((item) => wordOf(item.trim()) ?? []),
  }));
  return [...spelled, ...built];
}

/** A word of a list in code: what is between quotes, any other value, or undefined for none or several. */
function wordOf(item: string): string | undefined {
  return /^"(.*)"$/.exec(item)?.[1] ?? (/^[\w.!]+$/.test(item) ? "VALUE" : undefined);
}

/** Why a named command does not exist as it is named; undefined if it does. */
function faultOf(words: readonly string[]): string | undefined {
  const [first, second, ...others] = words[0] === "-C" ? words.slice(2) : words;
  if (first === undefined || first.startsWith("-") || first === "VALUE") return undefined;
  const two = commands.get(`${first} ${second}`);
  if (two !== undefined) return wordFault(two, others);
  const one = commands.get(first);
  if (one !== undefined) return wordFault(one, second === undefined ? [] : [second, ...others]);
  if (!(first in GROUPS)) return `there is no command ${first}`;
  const isOpen = second === undefined || second === "--help" || !/^[a-z-]+$/.test(second);
  return isOpen ? undefined : `there is no command ${first} ${second}`;
}

/** Placeholders, values and numbers; other words after a command may be the rest of its sentence. */
const VALUE = /^(?:[A-Z][A-Z.-]*|VALUE|[\d.]+|.*[./'$].*)$/;

function wordFault({ flags, positionals }: Known, words: readonly string[]): string | undefined {
  let left = positionals;
  for (let place = 0; place < words.length; place++) {
    const [flag, stated] = words[place]!.split("=") as [string, string?];
    if (/^--[a-z]/.test(flag)) {
      if (!flags.has(flag)) return `it has no flag ${flag}`;
      const row = flags.get(flag);
      const value = stated ?? words[place + 1];
      if (value !== undefined && /^[a-z]/.test(value) && row?.choices?.includes(value) === false)
        return `${flag} is not ${value}`;
      if (row?.kind === "list") left = Number.POSITIVE_INFINITY;
      else if (row !== undefined && row.kind !== "boolean" && stated === undefined) place += 1;
    } else if (VALUE.test(flag)) {
      if (left-- === 0) return `${flag} is one word too many`;
    } else if (!flag.startsWith("-")) return undefined;
  }
  return undefined;
}

function faultsIn(tree: Tree): string[] {
  const code = sourceFiles(tree).map(([path, text]) => [path, withoutComments(text)] as const);
  const pages = [...tree].filter(([path]) => /^(?:README|docs\/.*|examples\/.*)\.md$/.test(path));
  return [...code, ...pages].flatMap(([path, text]) =>
    namedIn(path, text).flatMap(({ place, words }) => {
      const fault = faultOf(words);
      return fault === undefined ? [] : [`${place}: tunewright ${words.join(" ")}: ${fault}`];
    }),
  );
}

test("every command that a message or a page names exists, with the flags that it names", () => {
  expect(faultsIn(readTree(ROOT))).toEqual([]);
});

test("a name that does not exist is found, in a text and in code", () => {
  const tree = new Map([
    [
      "src/a.ts",
      'const hint = "see tunewright ledger rate --on DAY";\nconst next = commandLine(["data", "runs", dir]);',
    ],
    ["docs/a.md", "Run `tunewright plan memory --gpo H100`, `tunewright data export FILE --format openai-chat`"],
    ["docs/b.md", "or `tunewright ledger rate EUR --usd 1`, and not `tunewright plan fleet --all`, which exists."],
  ]);
  expect(faultsIn(tree)).toEqual([
    "src/a.ts:1: tunewright ledger rate --on DAY: it has no flag --on",
    "src/a.ts:2: tunewright data runs VALUE: there is no command data runs",
    "docs/a.md:1: tunewright plan memory --gpo H100: it has no flag --gpo",
    "docs/a.md:1: tunewright data export FILE --format openai-chat: --format is not openai-chat",
    "docs/b.md:1: tunewright ledger rate EUR --usd 1: EUR is one word too many",
  ]);
});
