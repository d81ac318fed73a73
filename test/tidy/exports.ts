import { posix } from "node:path";

import { type Finding, folderOf, sourceFiles, type Tree, withoutComments } from "./tree.ts";

const DECLARED = /^export (?:async )?(?:function\*?|const|let|class) (\w+)/gm;

/**
 * Every exported name is imported somewhere else: by another file of `src/`, by the library's index, or by a test, a
 * benchmark or a script. What only its own file uses is not exported. A part that its own file uses may be exported for
 * its tests; what only tests use belongs to the tests. Types may be: they name what functions take. So may the schemas of `domain/`, whose names are in PascalCase: the reference documents each.
 */
export function deadExports(tree: Tree): Finding[] {
  const used = usedNames(tree);
  return sourceFiles(tree)
    .filter(([path]) => !/^src\/(?:\w+\/)?index\.ts$/.test(path))
    .flatMap(([path, text]) => {
      const names = used.get(path);
      if (names?.has("*")) return [];
      const declared = new Set([...text.matchAll(DECLARED)].map(([, name]) => name!));
      const isSchema = (name: string): boolean => folderOf(path) === "domain" && /^[A-Z]\w*[a-z]/.test(name);
      return [...declared]
        .filter((name) => !isSchema(name))
        .flatMap((name) => {
          const users = names?.get(name);
          if (users === undefined) return [`${path}: nothing imports ${name}`];
          return users.has("product") || isUsedIn(text, name) ? [] : [`${path}: only tests use ${name}`];
        });
    });
}

/**
 * Imports of benchmarks and scripts from the build exist in the source: a file, and a name that it exports. No
 * compiler looks at them, so a move of a file would break their commands unseen.
 */
export function benchImports(tree: Tree): Finding[] {
  return [...tree]
    .filter(([path]) => /^(?:bench|scripts)\/.*\.mjs$/.test(path))
    .flatMap(([path, text]) =>
      namedImports(path, text).flatMap(({ target, names }) => {
        if (!target.startsWith("src/")) return [];
        const source = tree.get(target) ?? tree.get(target.replace(/\.ts$/, ".tsx"));
        if (source === undefined) return [`${path}: ${target} does not exist`];
        return names
          .filter((name) => name !== "*" && !exportsName(source, name))
          .map((name) => `${path}: ${target} does not export ${name}`);
      }),
    );
}

function exportsName(source: string, name: string): boolean {
  if ([...source.matchAll(DECLARED)].some(([, declared]) => declared === name)) return true;
  return [...source.matchAll(/^export (?:type )?\{([^}]*)\}/gm)].some(([, clause]) =>
    new RegExp(`(?:^|[\\s,])${name}\\s*(?:,|$)`).test(clause!),
  );
}

function isUsedIn(text: string, name: string): boolean {
  return [...withoutComments(text).matchAll(new RegExp(`\\b${name}\\b`, "g"))].length > 1;
}

/** Importer of a name: the product, with its benchmarks and scripts, or a test. */
type User = "product" | "test";

/** Names that are imported from each file, with their users; `*` if a whole file is imported. */
function usedNames(tree: Tree): Map<string, Map<string, Set<User>>> {
  const used = new Map<string, Map<string, Set<User>>>();
  for (const [path, text] of tree) {
    if (!/^(?:src|test|bench|scripts)\/.*\.(?:ts|tsx|mjs)$/.test(path)) continue;
    for (const { target, names } of namedImports(path, text)) {
      const known = used.get(target) ?? new Map<string, Set<User>>();
      for (const name of names) {
        const users = known.get(name) ?? new Set();
        known.set(name, users.add(path.startsWith("test/") ? "test" : "product"));
      }
      used.set(target, known);
    }
  }
  return used;
}

/** Files of the repository that a file imports, with the names that it takes of them; those of the build by their source. */
function namedImports(path: string, text: string): { target: string; names: string[] }[] {
  const code = withoutComments(text);
  const found: { specifier: string; names: string[] }[] = [];
  for (const [, clause, specifier] of code.matchAll(/^(?:import|export)\b([^;"']*?)\bfrom\s+"([^"]+)"/gm)) {
    found.push({ specifier: specifier!, names: clause!.includes("*") ? ["*"] : namesIn(clause!) });
  }
  // a script that builds its own copy loads from there: `const { parseCsv } = await load("base/csv.js")`
  for (const [, clause, module] of code.matchAll(/const \{([^}]*)\} = await load\("([^"]+)"\)/g)) {
    const specifier = posix.relative(posix.dirname(path), `dist/${module}`);
    if (path.startsWith("scripts/")) found.push({ specifier, names: namesIn(clause!) });
  }
  for (const [, clause, specifier] of code.matchAll(/(?:const \{([^}]*)\} = await )?\bimport\(\s*"([^"]+)"\s*\)/g)) {
    found.push({
      specifier: specifier!,
      names: clause === undefined ? ["*"] : namesIn(clause.replaceAll(/:\s*\w+/g, "")),
    });
  }
  return found
    .filter(({ specifier }) => specifier.startsWith("."))
    .map(({ specifier, names }) => ({ target: sourceOf(path, specifier), names }));
}

/** The source that a relative import leads to: `dist/` is built from `src/`. */
function sourceOf(path: string, specifier: string): string {
  return posix
    .join(posix.dirname(path), specifier)
    .replace(/^(?:\.\.\/)*dist\//, "src/")
    .replace(/\.js$/, ".ts");
}

/** `{ a, type B, c as d }` imports a, B and c. */
function namesIn(clause: string): string[] {
  return [...clause.matchAll(/(?:type\s+)?(\w+)(?:\s+as\s+\w+)?\s*(?=[,}]|$)/g)].map(([, name]) => name!);
}
