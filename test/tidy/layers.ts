import { type Finding, folderOf, importsOf, sourceFiles, type Tree, withoutComments } from "./tree.ts";

/** Folders of `src/`, lowest first: a folder may import those of the tiers below its own. */
const TIERS: readonly (readonly string[])[] = [
  ["base"],
  ["domain"],
  ["catalog"],
  ["tables"],
  ["report"],
  ["statistics", "sandbox", "remote"],
  ["llm", "store"],
  ["accounts"],
  // Modules: what combines two of them is in programme/.
  [
    "plan",
    "loadtest",
    "curate",
    "track",
    "ledger",
    "launch",
    "evaluate",
    "label",
    "synthesize",
    "watch",
    "comply",
    "audit",
  ],
  ["programme"],
  ["server"],
  ["cli"],
];

/** Use cases of `src/programme/`, lowest first: a folder may import those of the tiers below its own. */
const USE_CASES: readonly (readonly string[])[] = [
  ["catalogue", "folder", "state"],
  ["backup", "accounts", "paid-calls"],
  ["prices", "traffic", "trace", "traces"],
  ["reading"],
  ["budget", "calibration", "data", "loadtest"],
  ["training-plan"],
  ["curation"],
  ["method"],
  ["serving"],
  ["cost"],
  ["planning"],
  ["data-run", "init"],
  ["data-report", "datasets", "study"],
  ["runs"],
  ["money", "labels"],
  ["training", "evaluate"],
  ["sweep"],
  ["stages"],
  ["synthesize"],
  ["watch"],
  ["replay", "comply"],
  ["audit"],
  ["status"],
];

/** Folders of `src/curate/`, lowest first: what stages share, the stages, and what runs and reports them. */
const CURATION: readonly (readonly string[])[] = [
  ["stage.ts"],
  ["rows"],
  ["tokens", "kernels", "pipeline/storing"],
  ["judge", "profile", "pipeline/reading"],
  ["decontaminate", "duplicates", "exact", "formats", "labels", "pii", "quality", "rights", "synthetic", "trainable"],
  ["freeze", "split"],
  ["pipeline/executing"],
  ["pipeline/lineage"],
  ["pipeline/gc"],
  ["pipeline"],
  ["report"],
  ["index.ts"],
];

/** For each folder of some tiers, the folders of the tiers below. */
function lowerFolders(tiers: readonly (readonly string[])[]): Record<string, readonly string[]> {
  return Object.fromEntries(
    tiers.flatMap((tier, index) => tier.map((folder) => [folder, tiers.slice(0, index).flat()])),
  );
}

const CORE = TIERS.slice(0, 5).flat();

/** Folders of `src/` that a folder may import, in addition to itself: the order that ARCHITECTURE.md draws. */
export const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  ...lowerFolders(TIERS),
  // Pure modules: nothing that asks a network or a database.
  ...Object.fromEntries(["plan", "comply", "audit"].map((folder) => [folder, [...CORE, "statistics"]])),
  web: ["domain", "report", "statistics", "server"],
};

const MAY_IMPORT_IN_PROGRAMME = lowerFolders(USE_CASES);

const MAY_IMPORT_IN_CURATE = lowerFolders(CURATION);

/** Folders that the library does not offer. */
const NOT_IN_LIBRARY = ["server", "cli", "web"];

const BANNED_NAMES = ["utils", "util", "helpers", "helper", "common", "shared", "lib", "misc"];

/** Imports go downwards only, and every folder of `src/` is a known one. */
export function importDirection(tree: Tree): Finding[] {
  return sourceFiles(tree).flatMap(([path, text]) => {
    const folder = folderOf(path);
    if (folder !== "" && !(folder in MAY_IMPORT)) return [`${path}: the folder "${folder}" is not in ARCHITECTURE.md`];
    const allowed =
      folder === ""
        ? Object.keys(MAY_IMPORT).filter((each) => !NOT_IN_LIBRARY.includes(each))
        : [folder, ...MAY_IMPORT[folder]!];
    return importsOf(path, text)
      .filter(({ target }) => target !== undefined && !allowed.includes(folderOf(target)))
      .map(({ specifier }) => `${path}: ${folder || "src"} may not import ${specifier}`);
  });
}

/** Every file of `src/programme/` lies in the folder of its use case, and imports between those go downwards only. */
export function useCaseDirection(tree: Tree): Finding[] {
  const useCaseOf = (path: string): string | undefined => /^src\/programme\/([^/]+)\//.exec(path)?.[1];
  return sourceFiles(tree).flatMap(([path, text]) => {
    if (folderOf(path) !== "programme") return [];
    const folder = useCaseOf(path);
    if (folder === undefined) return [`${path}: belongs in the folder of a use case`];
    const allowed = MAY_IMPORT_IN_PROGRAMME[folder];
    if (allowed === undefined) return [`${path}: the use case "${folder}" is not in test/tidy/layers.ts`];
    return importsOf(path, text)
      .filter(({ target }) => target !== undefined && folderOf(target) === "programme")
      .filter(({ target }) => ![folder, ...allowed].includes(useCaseOf(target!) ?? ""))
      .map(({ specifier }) => `${path}: programme/${folder} may not import ${specifier}`);
  });
}

/** Imports between the folders of `src/curate/` go downwards only: a stage imports no other, and nothing that runs it. */
export function curationDirection(tree: Tree): Finding[] {
  const partOf = (path: string): string => {
    const [, part] = /^src\/curate\/(pipeline\/[^/]+(?=\/)|[^/]+)/.exec(path)!;
    return part!;
  };
  return sourceFiles(tree).flatMap(([path, text]) => {
    if (folderOf(path) !== "curate") return [];
    const part = partOf(path);
    const allowed = MAY_IMPORT_IN_CURATE[part];
    if (allowed === undefined) return [`${path}: "${part}" of curate is not in test/tidy/layers.ts`];
    return importsOf(path, text)
      .filter(({ target }) => target !== undefined && folderOf(target) === "curate")
      .filter(({ target }) => ![part, ...allowed].includes(partOf(target!)))
      .map(({ specifier }) => `${path}: curate/${part} may not import ${specifier}`);
  });
}

/** Modules that a command may import in addition to use cases, for parsing and printing. */
const COMMAND_IMPORTS = /^src\/(?:cli|base|domain|report|programme)\/|-(?:text|page)\.ts$/;

/** Commands that start what no use case can: a server. */
const STARTERS: Readonly<Record<string, string>> = { "src/cli/commands/serve.ts": "src/server/serve-folders.ts" };

/** The command line parses a request, asks a use case of `programme/` and prints: it imports no module, not even lazily. */
export function commandsAskUseCases(tree: Tree): Finding[] {
  return sourceFiles(tree)
    .filter(([path]) => path.startsWith("src/cli/"))
    .flatMap(([path, text]) =>
      importsOf(path, text)
        .filter(({ target }) => target !== undefined && !COMMAND_IMPORTS.test(target) && STARTERS[path] !== target)
        .map(({ specifier }) => `${path}: a command asks a use case in programme/, not ${specifier}`),
    );
}

/** Modules that write files: a command leaves that to its use case, or to `cli/write-output.ts` for what it prints. */
const WRITERS = /^src\/base\/atomic-write(?:-all)?\.ts$|^(?:node:)?fs(?:\/promises)?$/;

/** A command writes no files, not even through a lazy import. */
export function commandsWriteNothing(tree: Tree): Finding[] {
  return sourceFiles(tree)
    .filter(([path]) => path.startsWith("src/cli/commands/"))
    .flatMap(([path, text]) =>
      importsOf(path, text)
        .filter(({ specifier, target }) => WRITERS.test(target ?? specifier))
        .map(({ specifier }) => `${path}: a command writes no files, so it does not import ${specifier}`),
    );
}

/** Most lines of the file of a command. */
const MOST_COMMAND_LINES = 120;

/** A command is short: what is longer belongs in its request (`domain/`) or its use case. */
export function commandLength(tree: Tree): Finding[] {
  return sourceFiles(tree)
    .filter(([path]) => path.startsWith("src/cli/commands/"))
    .map(([path, text]) => [path, text.split("\n").length - 1] as const)
    .filter(([, lines]) => lines > MOST_COMMAND_LINES)
    .map(([path, lines]) => `${path}: a command of ${lines} lines, at most ${MOST_COMMAND_LINES}`);
}

/** Most files of a folder that one can still look over. */
const MOST_FLAT_FILES = 40;

/** Folders with one file for each noun or command, and tables of data. */
const LISTS = /^(?:src\/domain|src\/cli\/commands|src\/catalog\/data(?:\/.*)?)$/;

/** No folder of `src/` holds more files than one can look over: ideas have folders of their own. */
export function flatFolders(tree: Tree): Finding[] {
  const counts = new Map<string, number>();
  for (const path of tree.keys()) {
    const folder = path.slice(0, path.lastIndexOf("/"));
    if (path.startsWith("src/") && !LISTS.test(folder)) counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  return [...counts]
    .filter(([, count]) => count > MOST_FLAT_FILES)
    .map(([folder, count]) => `${folder}: holds ${count} files, at most ${MOST_FLAT_FILES}`);
}

/** No folder has a name that says nothing of what it holds. */
export function folderNames(tree: Tree): Finding[] {
  return [...tree.keys()].flatMap((path) =>
    path
      .split("/")
      .slice(0, -1)
      .filter((name) => BANNED_NAMES.includes(name))
      .map((name) => `${path}: no folder may be called "${name}"`),
  );
}

/** No file imports itself through others, type imports and dynamic ones included. */
export function importCycles(tree: Tree): Finding[] {
  const edges = new Map(
    sourceFiles(tree).map(([path, text]) => [path, importsOf(path, text).flatMap(({ target }) => target ?? [])]),
  );
  const state = new Map<string, "open" | "done">();
  const findings: Finding[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (state.get(path) === "done") return;
    if (state.get(path) === "open") {
      findings.push(`${path}: imports itself: ${[...trail.slice(trail.indexOf(path)), path].join(" → ")}`);
      return;
    }
    state.set(path, "open");
    for (const target of edges.get(path) ?? []) visit(target, [...trail, path]);
    state.set(path, "done");
  };
  for (const path of edges.keys()) visit(path, []);
  return findings;
}

/** Exports of a subpath of the library: `tunewright/statistics` is `src/statistics/index.ts`. */
const LIBRARY_PATH = /^src\/\w+\/index\.ts$/;

/** Every folder with an `index.ts` is a subpath of the library in package.json, and every subpath has its file. */
export function librarySubpaths(tree: Tree): Finding[] {
  const { exports = {} } = JSON.parse(tree.get("package.json") ?? "{}") as { exports?: Record<string, unknown> };
  const declared = new Set(Object.keys(exports).flatMap((key) => /^\.\/(\w+)$/.exec(key)?.[1] ?? []));
  const present = new Set(
    [...tree.keys()].filter((path) => LIBRARY_PATH.test(path)).map((path) => path.split("/")[1]!),
  );
  return [
    ...[...present]
      .filter((name) => !declared.has(name))
      .map((name) => `src/${name}/index.ts: package.json does not export it`),
    ...[...declared]
      .filter((name) => !present.has(name))
      .map((name) => `package.json: src/${name}/index.ts does not exist`),
  ];
}

/** Every file of `src/` is used: it is reached from the library, the binary, or what those load lazily or as a worker. */
export function reachability(tree: Tree): Finding[] {
  const reached = new Set<string>();
  const queue = ["src/index.ts", "src/cli/main.ts", "src/web/main.tsx", ...tree.keys()].filter(
    (path, index) => index < 3 || LIBRARY_PATH.test(path),
  );
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    const text = tree.get(path);
    if (text === undefined || reached.has(path)) continue;
    reached.add(path);
    queue.push(...importsOf(path, text).flatMap(({ target }) => target ?? []));
  }
  return sourceFiles(tree)
    .filter(([path]) => !reached.has(path))
    .map(([path]) => `${path}: nothing imports it`);
}

/** Files that look for a package which the user may have installed elsewhere; none of this repository. */
const FINDERS: ReadonlySet<string> = new Set(["src/llm/onnx/onnx-runtime.ts"]);

/** Imports are plain strings, so that these rules see them: no computed `import()`, no `require`. */
export function plainImports(tree: Tree): Finding[] {
  const hidden = /\bimport\((?!\s*"[^"]+"\s*\))|\brequire\(|\bcreateRequire\b/;
  return sourceFiles(tree).flatMap(([path, text]) => {
    if (FINDERS.has(path)) return [];
    const found = hidden.exec(withoutComments(text));
    return found ? [`${path}: hides what it imports: ${found[0]}`] : [];
  });
}

/** Every import of a file inside the repository leads to a file that exists. */
export function importTargets(tree: Tree): Finding[] {
  return sourceFiles(tree).flatMap(([path, text]) =>
    importsOf(path, text)
      .filter(({ target }) => target !== undefined && !tree.has(target))
      .map(({ specifier }) => `${path}: ${specifier} does not exist`),
  );
}
