import { posix } from "node:path";

import { type Finding, folderOf, sourceFiles, type Tree, withoutComments } from "./tree.ts";

const DECLARED = /^export (?:async )?(?:function\*?|const|let|class) (\w+)/gm;

/**
 * Every exported name is imported somewhere else: by another file of `src/`, by the library's index, or by a test, a
 * benchmark or a script. What only its own file uses is not exported. Types may be: they name what functions take. So
 * may the schemas of `domain/`: the reference documents each.
 */
export function deadExports(tree: Tree): Finding[] {
  const used = usedNames(tree);
  return sourceFiles(tree)
    .filter(([path]) => !/^src\/(?:\w+\/)?index\.ts$/.test(path) && folderOf(path) !== "domain")
    .flatMap(([path, text]) => {
      const names = used.get(path);
      if (names?.has("*")) return [];
      const declared = new Set([...text.matchAll(DECLARED)].map(([, name]) => name!));
      return [...declared].filter((name) => !names?.has(name)).map((name) => `${path}: nothing imports ${name}`);
    });
}

/** Names that are imported from each file; `*` where a file is imported whole. */
function usedNames(tree: Tree): Map<string, Set<string>> {
  const used = new Map<string, Set<string>>();
  const add = (from: string, specifier: string, names: readonly string[]): void => {
    if (!specifier.startsWith(".")) return;
    const target = posix
      .join(posix.dirname(from), specifier)
      .replace(/^(?:\.\.\/)*dist\//, "src/")
      .replace(/\.js$/, ".ts");
    const known = used.get(target) ?? new Set();
    for (const name of names) known.add(name);
    used.set(target, known);
  };
  for (const [path, text] of tree) {
    if (!/^(?:src|test|bench|scripts)\/.*\.(?:ts|tsx|mjs)$/.test(path)) continue;
    const code = withoutComments(text);
    for (const [, clause, specifier] of code.matchAll(/^(?:import|export)\b([^;"']*?)\bfrom\s+"([^"]+)"/gm)) {
      add(path, specifier!, clause!.includes("*") ? ["*"] : namesIn(clause!));
    }
    for (const [, clause, specifier] of code.matchAll(/(?:const \{([^}]*)\} = await )?\bimport\(\s*"([^"]+)"\s*\)/g)) {
      add(path, specifier!, clause === undefined ? ["*"] : namesIn(clause.replaceAll(/:\s*\w+/g, "")));
    }
  }
  return used;
}

/** `{ a, type B, c as d }` imports a, B and c. */
function namesIn(clause: string): string[] {
  return [...clause.matchAll(/(?:type\s+)?(\w+)(?:\s+as\s+\w+)?\s*(?=[,}]|$)/g)].map(([, name]) => name!);
}
