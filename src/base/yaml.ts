import { isScalar, Lexer, LineCounter, Parser, parseDocument, stringify, visit } from "yaml";

import { Failure } from "./failure.ts";

/** Maximum number of nodes (values and keys) of a YAML file. */
const MAX_NODES = 100_000;

/** Maximum nesting depth. */
const MAX_DEPTH = 100;

/** Replacements for parser messages that are written for programmers, by code. */
const PROBLEMS: Readonly<Record<string, { text?: string; hint: string }>> = {
  DUPLICATE_KEY: { hint: "keep one of the two" },
  MULTIPLE_DOCS: {
    text: "a second document begins here; expected one",
    hint: "remove the line --- and everything after it",
  },
};

/** A parsed YAML file: its value, and a look-up of the line of any field. */
export type YamlFile = { value: unknown; lineOf: (path: readonly PropertyKey[]) => number };

/**
 * Parses YAML 1.2 strictly: no aliases (so no alias bombs), no duplicate keys, no custom tags, one document, at most a
 * hundred levels. A lone CR ends a line, as in YAML 1.2 §5.4.
 *
 * @param name  path for messages
 * @throws Failure bad_input that names the line
 */
export function parseYaml(source: string, name: string): YamlFile {
  const text = source.replaceAll(/\r\n?/g, "\n");
  refuseDepth(text, name);
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    uniqueKeys: true,
    strict: true,
    version: "1.2",
    prettyErrors: false,
  });
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem) {
    const { line, col } = lines.linePos(problem.pos[0]);
    const words = PROBLEMS[problem.code];
    const what = words?.text ?? lowerFirst(problem.message);
    throw new Failure("bad_input", `${name}, line ${line}, column ${col}: ${what}`, {
      hint: words?.hint ?? "check the indentation and the quotes near that line",
    });
  }
  const lineAt = (offset: number | undefined): number => lines.linePos(offset ?? 0).line;
  let count = 0;
  visit(document, {
    Alias: (_key, node) => {
      throw new Failure(
        "bad_input",
        `${name}, line ${lineAt(node.range?.[0])}: YAML aliases (*${node.source}) are not allowed`,
        {
          hint: "write the value in full instead of an alias",
        },
      );
    },
    Pair: (_key, { key }) => {
      if (!isScalar(key) || key.value !== "__proto__") return;
      throw new Failure("bad_input", `${name}, line ${lineAt(key.range?.[0])}: a key cannot be called __proto__`, {
        hint: "give the key another name, or remove it",
      });
    },
    Node: () => {
      count += 1;
      if (count > MAX_NODES)
        throw new Failure("bad_input", `${name} has more than ${MAX_NODES} values`, {
          hint: "put rows into a dataset file, and the path of that file here",
        });
    },
  });
  return {
    value: document.toJS({ maxAliasCount: 0 }) as unknown,
    lineOf: (path) => {
      for (let depth = path.length; depth > 0; depth--) {
        const node = document.getIn(path.slice(0, depth), true);
        if (node !== null && typeof node === "object" && "range" in node)
          return lineAt((node.range as number[] | null)?.[0]);
      }
      return 1;
    },
  };
}

/** Checks the nesting depth by token, because the parser itself is recursive. */
function refuseDepth(text: string, name: string): void {
  const parser = new Parser();
  for (const token of new Lexer().lex(text)) {
    Array.from(parser.next(token)); // the parser is lazy
    if (parser.stack.length <= MAX_DEPTH + 1) continue; // the document is on the stack too
    const line = text.slice(0, parser.offset).split("\n").length;
    throw new Failure("bad_input", `${name}, line ${line}: more than ${MAX_DEPTH} nested levels`, {
      hint: "is this the right file?",
    });
  }
}

function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1).replace(/\s+/g, " ");
}

/** A value as YAML, indented by two spaces. */
export function formatYaml(value: unknown): string {
  return stringify(value, { lineWidth: 0 });
}
