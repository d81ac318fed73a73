import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";

/** Files of the repository as text, by path from its root. A rule is a pure function from a tree to its findings. */
export type Tree = ReadonlyMap<string, string>;

/** A sentence that begins with the path of the file that breaks a rule. */
export type Finding = string;

/** One import of a file: what it names, and where that leads inside the tree (undefined for a package or a builtin). */
export type Import = { specifier: string; target: string | undefined };

/** Every text file that git tracks or would track: build outputs and what `.gitignore` names are left out. */
export function readTree(root: string): Tree {
  const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 2 ** 26,
  });
  const paths = listed.split("\0").filter((path) => path !== "" && existsSync(join(root, path)));
  return new Map(
    paths
      .filter((path) => !/\.(parquet|png|gz|zst|arrow)$/.test(path))
      .map((path) => [path, readFileSync(join(root, path), "utf8")]),
  );
}

/** The TypeScript files of `src/`. */
export function sourceFiles(tree: Tree): [path: string, text: string][] {
  return [...tree].filter(([path]) => path.startsWith("src/") && path.endsWith(".ts"));
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
