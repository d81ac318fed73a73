import { MAY_IMPORT } from "./layers.ts";
import { type Finding, folderOf, importsOf, packageOf, sourceFiles, type Tree, withoutComments } from "./tree.ts";

/** The folders that may import each outside dependency; zod describes data everywhere. */
export const HOMES: Readonly<Record<string, readonly string[]>> = {
  yaml: ["base"],
  "csv-parse": ["base"],
  "eventsource-parser": ["loadtest"],
  "fastest-levenshtein": ["base"],
  zod: [...Object.keys(MAY_IMPORT), ""],
  "@duckdb/node-api": ["tables"],
  "apache-arrow": ["tables"],
  fzstd: ["tables"],
  "@observablehq/plot": ["report", "web"],
  linkedom: ["report"],
  docx: ["report"],
  "write-excel-file": ["report"],
  "@huggingface/tokenizers": ["llm", "curate"],
  "js-tiktoken": ["curate"],
  "libphonenumber-js": ["curate"],
  eld: ["curate"],
  "@lezer/python": ["curate"],
  "hash-wasm": ["base"],
  aws4fetch: ["remote"],
  nodemailer: ["remote"],
  kysely: ["store"],
  "@photostructure/sqlite": ["store"],
  pg: ["store"],
  ajv: ["evaluate"],
  "ajv-formats": ["evaluate"],
  fflate: ["programme"],
  hono: ["server"],
  "@hono/node-server": ["server"],
  "json-with-bigint": ["base"],
  "jsonc-parser": ["base"],
  commander: ["cli"],
  react: ["web"],
  "react-dom": ["web"],
  "react-router": ["web"],
  "react-aria-components": ["web"],
  "@tanstack/react-query": ["web"],
  "@tanstack/react-table": ["web"],
  "@tanstack/react-virtual": ["web"],
  uplot: ["web"],
};

/** Folders whose functions give the same answer for the same arguments: no files, no network, no clock, no chance. */
export const PURE_FOLDERS = ["domain", "report", "statistics", "plan", "comply", "audit"];

const IMPURE_CALLS: readonly [pattern: RegExp, what: string][] = [
  [/\bDate\.now\b|\bnew Date\(\)|(?<!new )\bDate\(\)/, "the clock"],
  [/\bperformance\./, "the clock (performance)"],
  [/\bMath\.random\b|\{[^}]*\brandom\b[^}]*\} = Math\b/, "Math.random"],
  [/\bcrypto\./, "random bytes (crypto)"],
  [/\bprocess\./, "the process"],
  [/\bfetch\(/, "fetch()"],
  [/\bset(?:Timeout|Interval|Immediate)\(/, "a timer"],
  [/\.toLocale\w*String\(\)/, "the locale of the machine"],
];

/** Each outside dependency is imported in its home folder only, and none without a home. */
export function dependencyHomes(tree: Tree): Finding[] {
  return sourceFiles(tree).flatMap(([path, text]) =>
    importsOf(path, text).flatMap(({ specifier }) => {
      const name = packageOf(specifier);
      if (name === undefined) return [];
      const homes = HOMES[name];
      if (homes === undefined) return [`${path}: "${name}" has no home folder`];
      return homes.includes(folderOf(path)) ? [] : [`${path}: "${name}" belongs in ${homes.join(", ")}`];
    }),
  );
}

/** Pure folders take clock, random numbers and I/O as arguments: they import no module of Node's and touch no global that differs from call to call. */
export function purity(tree: Tree): Finding[] {
  return sourceFiles(tree)
    .filter(([path]) => PURE_FOLDERS.includes(folderOf(path)))
    .flatMap(([path, text]) => {
      const code = withoutComments(text);
      return [
        ...importsOf(path, text)
          .filter(({ specifier }) => specifier.startsWith("node:"))
          .map(({ specifier }) => `${path}: a pure folder may not import ${specifier}`),
        ...IMPURE_CALLS.filter(([pattern]) => pattern.test(code)).map(
          ([, what]) => `${path}: a pure folder may not use ${what}`,
        ),
      ];
    });
}

type Manifest = { dependencies?: Record<string, string> };

/**
 * Every dependency of package.json is imported, and every import is a dependency of package.json. What the web pages
 * import is bundled into dist/web, so it is a devDependency.
 */
export function dependenciesUsed(tree: Tree): Finding[] {
  const declared = Object.keys((JSON.parse(tree.get("package.json") ?? "{}") as Manifest).dependencies ?? {});
  const used = new Set(
    sourceFiles(tree)
      .filter(([path]) => folderOf(path) !== "web")
      .flatMap(([path, text]) => importsOf(path, text).flatMap(({ specifier }) => packageOf(specifier) ?? [])),
  );
  return [
    ...declared.filter((name) => !used.has(name)).map((name) => `package.json: nothing imports "${name}"`),
    ...[...used]
      .filter((name) => !declared.includes(name))
      .map((name) => `package.json: "${name}" is imported and not declared`),
  ];
}

/** Every dependency has a row with its reason in docs/concepts/dependencies.md. */
export function dependenciesExplained(tree: Tree): Finding[] {
  const manifest = JSON.parse(tree.get("package.json") ?? "{}") as Manifest & { devDependencies?: object };
  const page = tree.get("docs/concepts/dependencies.md") ?? "";
  return Object.keys({ ...manifest.dependencies, ...manifest.devDependencies })
    .filter((name) => !page.includes(`| \`${name}\` |`))
    .map((name) => `docs/concepts/dependencies.md: no row for "${name}"`);
}
