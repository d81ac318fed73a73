// Code of many languages, cut into pieces as answers have them, and what a grammar says of a place in a piece.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

/** Languages by the endings of their files, with the grammar that reads them. Those of shell and YAML need functions that web-tree-sitter does not carry. */
const LANGUAGES = [
  { name: "Ruby", endings: ["rb"], grammar: "ruby" },
  { name: "Haskell", endings: ["hs"], grammar: "haskell" },
  { name: "R", endings: ["r"], grammar: "r" },
  { name: "Perl", endings: ["pl", "pm"] },
  { name: "JSX, TSX", endings: ["jsx", "tsx"], grammar: "tsx" },
  { name: "CSS", endings: ["css", "scss"], grammar: "css" },
  { name: "Go", endings: ["go"], grammar: "go" },
  { name: "Rust", endings: ["rs"], grammar: "rust" },
  { name: "Java", endings: ["java"], grammar: "java" },
  { name: "Kotlin", endings: ["kt", "kts"], grammar: "kotlin" },
  { name: "C", endings: ["c", "h"], grammar: "c" },
  { name: "C++", endings: ["cpp", "cc", "hpp"], grammar: "cpp" },
  { name: "C#", endings: ["cs"], grammar: "c_sharp" },
  { name: "PHP", endings: ["php"], grammar: "php" },
  { name: "SQL", endings: ["sql"] },
  { name: "shell", endings: ["sh", "bash", "bats"] },
  { name: "YAML", endings: ["yaml", "yml"] },
  { name: "TOML", endings: ["toml"], grammar: "toml" },
  { name: "HTML", endings: ["html"], grammar: "html" },
  { name: "Lua", endings: ["lua"], grammar: "lua" },
  { name: "Swift", endings: ["swift"], grammar: "swift" },
  { name: "Scala", endings: ["scala", "sc"], grammar: "scala" },
  { name: "Julia", endings: ["jl"], grammar: "julia" },
  { name: "TypeScript", endings: ["ts"], grammar: "typescript" },
  { name: "Elixir", endings: ["ex", "exs"], grammar: "elixir" },
  { name: "Erlang", endings: ["erl", "hrl"] },
  { name: "Clojure", endings: ["clj", "cljs", "cljc"] },
  { name: "OCaml", endings: ["ml", "mli"], grammar: "ocaml" },
  { name: "F#", endings: ["fs", "fsx"] },
  { name: "Dart", endings: ["dart"], grammar: "dart" },
  { name: "Makefile", endings: ["makefile", "mk"] },
  { name: "Python", endings: ["py"], grammar: "python" },
  { name: "JavaScript", endings: ["js", "mjs"], grammar: "javascript" },
];

/** Lines of the shortest and longest piece. */
const [FEWEST, MOST] = [4, 50];

/** Pieces of the files of a folder by language, whole paragraphs each, without those of the longest lines. */
export function codeByLanguage(folder) {
  const byEnding = new Map(LANGUAGES.flatMap(({ name, endings }) => endings.map((ending) => [ending, name])));
  const pieces = new Map(LANGUAGES.map(({ name }) => [name, new Set()]));
  for (const name of readdirSync(folder, { recursive: true }).map(String).toSorted()) {
    const language = byEnding.get(name.split(/[./]/).at(-1).toLowerCase());
    if (language === undefined || /(?:^|\/)(?:node_modules|vendor|\.git)\//.test(name)) continue;
    let text;
    try {
      text = readFileSync(join(folder, name), "utf8");
    } catch {
      continue; // a link to nowhere
    }
    for (const piece of text.length < 200_000 ? piecesOf(text) : []) pieces.get(language).add(piece);
  }
  return [...pieces].map(([language, all]) => [language, [...all]]).filter(([, all]) => all.length > 0);
}

function piecesOf(text) {
  const pieces = [];
  let piece = [];
  for (const paragraph of text.replaceAll("\r", "").split(/\n{2,}/)) {
    const lines = paragraph.split("\n");
    if (piece.length + lines.length > MOST) pieces.push(piece.splice(0));
    if (lines.length <= MOST) piece.push(...(piece.length > 0 ? [""] : []), ...lines);
  }
  pieces.push(piece);
  return pieces
    .filter((lines) => lines.length >= FEWEST && lines.every((line) => line.length < 1000))
    .map((lines) => lines.join("\n").trimEnd());
}

/** Grammars of tree-sitter in a folder with node_modules: web-tree-sitter 0.25, tree-sitter-wasms, and further ones. */
export async function grammarsIn(folder) {
  const require = createRequire(join(folder, "package.json"));
  const { Parser, Language } = require("web-tree-sitter");
  await Parser.init();
  const modules = join(folder, "node_modules");
  const loaded = new Map();
  for (const { name, grammar } of LANGUAGES) {
    if (grammar === undefined) continue;
    const file = `tree-sitter-${grammar}`;
    const path = [`tree-sitter-wasms/out/${file}`, `${file}/${file}`, `@davisvaughan/${file}/${file}`]
      .map((each) => join(modules, `${each}.wasm`))
      .find((each) => existsSync(each));
    if (path === undefined) continue;
    try {
      const parser = new Parser();
      parser.setLanguage(await Language.load(path));
      loaded.set(name, parser);
    } catch (error) {
      process.stderr.write(`${name}: ${String(error)}\n`);
    }
  }
  return loaded;
}

/** Kinds of text for the person who runs it: strings, comments, the text of a page. */
const WORDS = /string|comment|text|char|literal|heredoc|pod|scalar|quoted|content|attribute_value|template|word/i;

/** True if a position of a piece is neither in a string nor in a comment. */
export function isIdentifierAt(tree, { start, end }) {
  for (let node = tree.rootNode.descendantForIndex(start, Math.max(start, end - 1)); node !== null; node = node.parent)
    if (WORDS.test(node.type) && !/interpolation/.test(node.type)) return false;
  return true;
}

/** Places of a tree that its grammar does not take. */
export function errorsIn(tree) {
  let count = 0;
  const walk = (node) => {
    if (!node.hasError) return;
    if (node.isError || node.isMissing) count += 1;
    for (const child of node.children) walk(child);
  };
  walk(tree.rootNode);
  return count;
}

/** Frequent first and family names of several languages. */
const PEOPLE =
  "Hugo Victor Taylor Jordan Mary Marcus Charlotte Maria Martin Thomas Felix Oliver Emma Lucas Henry Grace Adam Simon Peter Smith Miller Wilson Garcia Schmidt Rossi Dubois Nguyen Patel Kim Larsen Novak Murphy Evans Clark Lewis Walker Carter Mitchell Turner Parker".split(
    " ",
  );

/** A piece whose capitalised identifiers are names of people, one name for each, and the positions of them. */
export function renamed(tree, code, random) {
  const names = new Map();
  const found = [];
  const walk = (node) => {
    if (WORDS.test(node.type) && !/interpolation/.test(node.type)) return;
    const children = node.children;
    if (children.length > 0) {
      for (const child of children) walk(child);
      return;
    }
    if (!/^[A-Z][A-Za-z]*$/.test(node.text) || node.text === node.type) return;
    if (!names.has(node.text)) names.set(node.text, PEOPLE[Math.floor(random() * PEOPLE.length)]);
    found.push(node);
  };
  walk(tree.rootNode);
  let [text, from] = ["", 0];
  const places = [];
  for (const { startIndex, endIndex, text: own } of found) {
    text += code.slice(from, startIndex);
    places.push({ start: text.length, end: text.length + names.get(own).length });
    text += names.get(own);
    from = endIndex;
  }
  return { text: text + code.slice(from), places };
}
