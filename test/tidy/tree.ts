import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";

/** Files of the repository as text, by path from its root. A rule is a pure function from a tree to its findings. */
export type Tree = ReadonlyMap<string, string>;

/** A sentence that begins with the path of the file that breaks a rule. */
export type Finding = string;

/** One import of a file: what it names, and its path inside the tree (undefined for a package or a builtin). */
export type Import = { specifier: string; target: string | undefined };

/** Names that `.gitignore` excludes, and git's own folder: not source, and absent from a fresh clone. */
const IGNORED = /^(?:node_modules|dist(?:\.\d+)?|coverage|\.git|\.tunewright|.+\.tgz)$/;

/** Studies of the demo and of the examples. */
const STUDIES = /^(?:examples\/[^/]+\/)?report$/;

/** Files that are not text. */
const BINARY = /\.(?:parquet|png|gz|zst|arrow)$/;

/** Every text file of the repository. */
export function readTree(root: string): Tree {
  const walk = (folder: string): [string, string][] =>
    readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry): [string, string][] => {
      const path = posix.join(folder, entry.name);
      if (IGNORED.test(entry.name) || BINARY.test(entry.name) || STUDIES.test(path)) return [];
      if (entry.isDirectory()) return walk(path);
      return entry.isFile() ? [[path, readFileSync(join(root, path), "utf8")]] : [];
    });
  return new Map(walk(""));
}

/** The TypeScript files of `src/`. */
export function sourceFiles(tree: Tree): [path: string, text: string][] {
  return [...tree].filter(([path]) => /^src\/.*\.[cm]?tsx?$/.test(path));
}

/** The text of a file with whole-line comments blanked, so that line numbers stay. Formatting puts comments on their own lines. */
export function withoutComments(text: string): string {
  return text.replaceAll(/^\s*(?:\/\/|\/\*|\*).*$/gm, "");
}

/** Static, dynamic, type-only and re-exporting imports of a file, and worker files named by `new URL`. */
export function importsOf(path: string, text: string): Import[] {
  const code = withoutComments(text);
  const found = [
    ...code.matchAll(/^(?:import|export)\b[^;"']*?\bfrom\s+"([^"]+)"/gm),
    ...code.matchAll(/^import\s+"([^"]+)"/gm),
    ...code.matchAll(/\bimport\(\s*"([^"]+)"\s*\)/g),
    ...code.matchAll(/\bnew URL\(\s*"(\.[^"]+\.[tj]s)"/g),
  ];
  return found.map(([, specifier]) => ({
    specifier: specifier!,
    target: specifier!.startsWith(".")
      ? posix.join(posix.dirname(path), specifier!).replace(/\.js$/, ".ts")
      : undefined,
  }));
}

/** First folder below `src/`, or "" for a file that lies in `src/` itself. */
export function folderOf(path: string): string {
  const parts = path.split("/");
  return parts.length > 2 ? parts[1]! : "";
}

/** The package of a bare specifier: `@a/b/c` is `@a/b`; undefined for relative paths and Node's own modules. */
export function packageOf(specifier: string): string | undefined {
  if (specifier.startsWith(".") || specifier.startsWith("node:")) return undefined;
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}
