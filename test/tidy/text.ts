import { type Finding, sourceFiles, type Tree, withoutComments } from "./tree.ts";

const MAX_LINES = 400;

/** Pages that name files of the code. */
const PATH_PAGES = ["ARCHITECTURE.md", "docs/concepts/code-paths.md"];

/**
 * Every file and folder that ARCHITECTURE.md and its page of code paths name is there: from the root or from `src/`, or in a list under a folder
 * by its name alone; `a/{b,c}.ts` names two.
 */
export function architecturePaths(tree: Tree): Finding[] {
  const paths = [...tree.keys()];
  const isThere = (name: string): boolean =>
    name.endsWith("/")
      ? paths.some((path) => `/${path}`.includes(`/${name}`))
      : paths.some((path) => path === name || path === `src/${name}` || path.endsWith(`/${name}`));
  return PATH_PAGES.flatMap((page) => {
    const spans = [...(tree.get(page) ?? "").matchAll(/`([\w./{},-]+(?:\.ts|\/))`/g)].map(([, span]) => span!);
    const names = spans.flatMap((span) => {
      const [, start, inner, end] = /^(.*)\{(.+)\}(.*)$/.exec(span) ?? [];
      return inner === undefined ? [span] : inner.split(",").map((part) => `${start}${part}${end}`);
    });
    return [...new Set(names)].filter((name) => !isThere(name)).map((name) => `${page}: ${name} does not exist`);
  });
}

/** No file of code or test is longer than 400 lines; tables of data and generated pages are. */
export function fileSize(tree: Tree): Finding[] {
  return [...tree]
    .filter(([path]) => /^(src|test|bench|scripts)\/.*\.(ts|mjs)$/.test(path))
    .map(([path, text]) => ({ path, lines: text.trimEnd().split("\n").length }))
    .filter(({ lines }) => lines > MAX_LINES)
    .map(({ path, lines }) => `${path}: ${lines} lines, more than ${MAX_LINES}`);
}

const DECLARATION = /^export (?:async )?(?:abstract )?(?:function\*?|const|let|type|interface|class) (\w+)/;

/**
 * Every exported declaration has a docstring directly above it. A type taken from a constant of its own file, as from
 * the schema of its name, has the docstring of that; and a command has its description.
 */
export function docstrings(tree: Tree): Finding[] {
  return sourceFiles(tree).flatMap(([path, text]) => {
    const lines = text.split("\n");
    return lines.flatMap((line, index) => {
      const name = DECLARATION.exec(line)?.[1];
      const origin = /^export type .*\btypeof (\w+)/.exec(line)?.[1];
      const isTaken = origin !== undefined && text.includes(`export const ${origin} =`);
      if (name === undefined || isTaken) return [];
      const above = lines[index - 1]?.trim() ?? "";
      return above.endsWith("*/") ? [] : [`${path}:${index + 1}: ${name} has no docstring`];
    });
  });
}

/** Words with which the description of a number of dollars states that it is not an amount of money. */
const NO_AMOUNT = "an estimate, not an amount";

/**
 * No money field is a float: a schema field named for dollars is `Money`, `PositiveMoney`, an `Estimate` or a
 * `Quantity`, unless its own description says that it is an estimate.
 */
export function moneyFields(tree: Tree): Finding[] {
  return sourceFiles(tree).flatMap(([path, text]) => {
    let schema = "";
    return withoutComments(text)
      .split("\n")
      .flatMap((line, index, lines) => {
        schema = /^(?:export )?const (\w+)/.exec(line)?.[1] ?? schema;
        const field = /^\s*(\w*(?:[uU]sd|[eE]ur)\w*): *(.*)$/.exec(line);
        if (!field) return [];
        const [, name, start] = field;
        const type = start === "z" || start === "" ? `z${lines[index + 1]?.trim() ?? ""}` : start!;
        const isFloat = /^z\.(number|int|coerce\.number|float)/.test(type);
        const end = lines.findIndex((later, at) => at >= index && /[,;]$/.test(later));
        const isEstimate = lines
          .slice(index, end + 1)
          .join(" ")
          .includes(NO_AMOUNT);
        return isFloat && !isEstimate ? [`${path}:${index + 1}: ${schema}.${name} is a number, expected Money`] : [];
      });
  });
}

/** Kinds of failure that a user can mend, so that each says how. */
const MENDED_BY_USER = /^\s*"(?:bad_input|not_found|over_budget|check_failed)"/;

/** Every failure that a user can mend is made with a hint: what to do or type next. */
export function failureHints(tree: Tree): Finding[] {
  return sourceFiles(tree).flatMap(([path, text]) => {
    const code = withoutComments(text);
    return [...code.matchAll(/new Failure\(/g)].flatMap(({ index, 0: start }) => {
      const given = argumentsFrom(code, index + start.length);
      if (!MENDED_BY_USER.test(given) || /\bhint\b/.test(given)) return [];
      const line = code.slice(0, index).split("\n").length;
      return [`${path}:${line}: a failure that a user can mend has no hint`];
    });
  });
}

/** The text between a parenthesis that was opened before `start` and the one that closes it. */
function argumentsFrom(code: string, start: number): string {
  let depth = 1;
  let end = start;
  while (depth > 0 && end < code.length) {
    if (code[end] === "(") depth += 1;
    if (code[end] === ")") depth -= 1;
    end += 1;
  }
  return code.slice(start, end - 1);
}

/** No file names a folder of one machine: such a path works nowhere else. */
export function machinePaths(tree: Tree): Finding[] {
  return [...tree]
    .filter(([path]) => path !== "package-lock.json")
    .flatMap(([path, text]) => {
      const found = /(?<![\w.~*)}-])\/(?:work|tmp|home|root|Users)\/[\w.-]+/.exec(text);
      return found ? [`${path}: names a path of one machine, ${found[0]}`] : [];
    });
}

/** No file that is installed from, or read, names the host of a package registry. */
export function registryHosts(tree: Tree): Finding[] {
  return [...tree]
    .filter(([path]) => /(^package-lock\.json|^\.npmrc|\.md)$/.test(path))
    .flatMap(([path, text]) => {
      const found = /"resolved": *"https?:[^"]*"|registry\.(npmjs|yarnpkg)\.\w+|^\s*registry *=/m.exec(text);
      return found ? [`${path}: names a registry, ${found[0].trim()}`] : [];
    });
}

/** A page of the documentation that is cited with a section has that section, as `## 2.1 Title`. */
export function citedSections(tree: Tree): Finding[] {
  const pages = new Map(
    [...tree].flatMap(([path, text]) => {
      const name = /^docs\/.*?([\w-]+\.md)$/.exec(path)?.[1];
      return name === undefined ? [] : [[name, text] as const];
    }),
  );
  return sourceFiles(tree).flatMap(([path, text]) =>
    [...text.matchAll(/([\w-]+\.md) §(\d+(?:\.\d+)*)/g)].flatMap(([cited, name, section]) => {
      const page = pages.get(name!);
      if (page === undefined) return [`${path}: cites ${name}, which docs/ does not have`];
      const isThere = new RegExp(`^#+ ${section!.replaceAll(".", "\\.")}[ .]`, "m").test(page);
      return isThere ? [] : [`${path}: cites ${cited}, which is not there`];
    }),
  );
}

/** Text of the registry, which stands in several files. */
function registryText(tree: Tree): string {
  return [...tree]
    .filter(([path]) => /^src\/cli\/(?:[\w-]+-)?registry\.ts$/.test(path))
    .map(([, text]) => text)
    .join("\n");
}

/** Every file of `commands/` is in the registry once, and is called after its words. */
export function commandsRegistered(tree: Tree): Finding[] {
  const registry = registryText(tree);
  const rows = [...registry.matchAll(/path: \[([^\]]*)\][^}]*?import\("\.\/commands\/([\w-]+)\.ts"\)/g)];
  const files = [...tree.keys()].flatMap((path) => /^src\/cli\/commands\/([\w-]+)\.ts$/.exec(path)?.[1] ?? []);
  const isCommand = (file: string): boolean =>
    /^export default defineCommand/m.test(tree.get(`src/cli/commands/${file}.ts`) ?? "");
  return [
    ...files
      .filter((file) => isCommand(file) && rows.filter(([, , name]) => name === file).length !== 1)
      .map((file) => `src/cli/commands/${file}.ts: stands not exactly once in the registry`),
    ...rows
      .map(([, words, file]) => ({
        expected: [...words!.matchAll(/"([^"]+)"/g)].map(([, word]) => word).join("-"),
        file,
      }))
      .filter(({ expected, file }) => expected !== file)
      .map(({ expected, file }) => `src/cli/commands/${file}.ts: is called as "${expected}"`),
  ];
}

/** Every command line that a text of `src/` names begins with the words of a registered command or of a group. */
export function namedCommands(tree: Tree): Finding[] {
  const registry = registryText(tree);
  const paths = [...registry.matchAll(/path: \[([^\]]*)\]/g)].map(([, words]) =>
    [...words!.matchAll(/"([^"]+)"/g)].map(([, word]) => word!),
  );
  const first = new Set(paths.map(([word]) => word!));
  return sourceFiles(tree).flatMap(([path, text]) =>
    [...withoutComments(text).matchAll(/\btunewright ([a-z]+)(?: ([a-z]+))?/g)]
      .filter(([, one, two]) => {
        if (!first.has(one!)) return true;
        const needsTwo = !paths.some((words) => words.length === 1 && words[0] === one);
        return needsTwo && two !== undefined && !paths.some((words) => words[0] === one && words[1] === two);
      })
      .map(([line]) => `${path}: names "${line}", which is no command`),
  );
}

/** Phrases that no native technical writer uses, each with what to write; `docs/concepts/words.md` has the terms. */
const BANNED_PHRASES: Readonly<Record<string, string>> = {
  "where left out": "default: ...",
  "is there already": "already exists",
  "stands twice": "duplicate ...",
  "nobody said yes": "requires confirmation; pass --yes",
  "is no place in": "is not a valid ...",
  "is torn or was changed": "is corrupt: checksum mismatch",
  "do not rise": "must not decrease",
  "when it is at rest": "when nothing is writing to it",
  "is as it was frozen": "is unchanged since it was frozen",
  "not to be passed": "that must not be exceeded",
  "takes the place of": "replaces",
  "whatever becomes of": "regardless of",
  "cannot be right": "is implausible",
  "and nobody needs": "unused",
  "made anew": "created again",
  "goes by it": "depends on it",
  "gone or torn": "missing or corrupt",
  "what stands in the way": "why ... cannot ...",
  "stands in the way": "prevents",
  "told apart": "distinguished",
  "held against": "compared with",
  "does nothing with": "ignores",
  "stands in it twice": "duplicate ...",
  "Go on?": "Continue?",
  "in the place of": "instead of",
  "whole or not at all": "completely or not at all",
  "where there is none": "if there is none",
  "null where": "null if",
  "undefined where": "undefined if",
  "is looked at": "is examined",
  "are looked at": "are examined",
  "keeps the SLO": "meets the SLO",
  "keep the SLO": "meet the SLO",
  "kept the SLO": "met the SLO",
  "came to its end": "was completed",
  "as people read it": "text of ...",
  "hat became of": "result of ...",
  "hat came of": "result of ...",
  "that is left out has": "an omitted ... has",
  "beside a": "next to a",
};

/** Words that a native writer uses otherwise: the word, and what to write. `beside` is also a field of a row, in backticks or code. */
const BANNED_PATTERNS: readonly [pattern: RegExp, better: string][] = [
  [/(?:^|\s)(?:\*|\/\/|\/\*\*)[^\n`]*\bbeside\b(?![`,:}])[^\n`]*$/im, "next to, in addition to, or compared with"],
  [/\b(?:file|value|text|row) is no (?!longer|more|less|such|smaller)[a-zA-Z]+/, "is not a valid ..."],
  [/\b[Rr]e-train/, "retrain, retraining"],
  [/^\s*(?:const|let) (?:at|of|each|told)\b/m, "a noun"],
  [/^\s*\/\*\* The same\b/m, "what it is"],
  [/^\s*\/\*\*(?:\n\s*\*)? (?:What|How|Who)\b/m, "a verb or a noun phrase"],
];

/** Code, pages and examples are read as a whole; the data of examples is not. */
const PLAIN_FILES =
  /^(?:src\/.*\.(?:tsx?|py|json)|test\/tidy\/.*\.ts|(?:bench|scripts)\/.*\.(?:m?ts|mjs|py|md)|docs\/.*\.md|examples\/.*\.(?:md|ya?ml|m?ts|mjs|py)|[A-Z]+\.md)$/;

/** Titles of tests and groups in a test file. */
const TITLES = /(?:^\s*(?:test|describe)(?:\.\w+)*|^\s*[\])}]+)\(\s*(["`])((?:(?!\1).)+)\1/gm;

/** Comments of a test file that have a line of their own, with the stars of a block. */
const COMMENTS = /^\s*(?:\/\/|\/\*\*|\*(?!\/)) ?.*$/gm;

/** The files that name the phrases. */
const NOT_PLAIN = ["test/tidy/text.ts", "test/tidy/phrase-fixture.ts"];

/** The part of a file that must be in plain English: all of it, or the comments and the titles of tests, one comment each. */
function plainPart(path: string, text: string): string {
  if (PLAIN_FILES.test(path)) return NOT_PLAIN.includes(path) ? "" : text;
  if (!/^test\/.*\.ts$/.test(path)) return "";
  const titles = [...text.matchAll(TITLES)].map(([, , title]) => `// ${title}\n`);
  const comments = [...text.matchAll(COMMENTS)].map(([comment]) => `${comment}\n`);
  return [...comments, ...titles].join("");
}

/** Code, messages, titles of tests and pages are in the English of a technical writer: none of the worst phrases. */
export function plainEnglish(tree: Tree): Finding[] {
  return [...tree]
    .map(([path, text]) => [path, plainPart(path, text)] as const)
    .filter(([, text]) => text !== "")
    .flatMap(([path, text]) => [
      ...Object.entries(BANNED_PHRASES)
        .filter(([phrase]) => text.includes(phrase))
        .map(([phrase, better]) => `${path}: "${phrase}": write "${better}"`),
      ...BANNED_PATTERNS.flatMap(([pattern, better]) => {
        const found = pattern.exec(text);
        return found ? [`${path}: "${found[0].trim()}": write "${better}"`] : [];
      }),
    ]);
}
