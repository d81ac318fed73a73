import type { Finding, Tree } from "./tree.ts";
import { CURATION } from "./curation-fixture.ts";
import * as dependencies from "./dependencies.ts";
import { ENVIRONMENT } from "./environment.ts";
import * as exported from "./exports.ts";
import * as layers from "./layers.ts";
import { PHRASES } from "./phrase-fixture.ts";
import * as text from "./text.ts";

/** A rule with a tree that breaks it, and what it must find there. */
export type Rule = {
  name: string;
  rule: (tree: Tree) => Finding[];
  broken: Readonly<Record<string, string>>;
  finds: readonly Finding[];
};

const importing = (specifier: string): string => `import { x } from "${specifier}";\n`;
const long = "const x = 1;\n".repeat(401);
const files = (folder: string, count: number): [path: string, text: string][] =>
  Array.from({ length: count }, (_, index) => [`${folder}/part-${index}.ts`, "const x = 1;\n"]);
const machinePath = ["", "home", "somebody", "data.jsonl"].join("/");
const manifest = (dependencies: readonly string[]): string =>
  JSON.stringify({ dependencies: Object.fromEntries(dependencies.map((name) => [name, "^1.0.0"])) });

/** Every rule of the repository, each proved by files that break it. */
export const RULES: readonly Rule[] = [
  {
    name: "imports between folders go downwards only",
    rule: layers.importDirection,
    broken: {
      "src/base/money.ts": importing("../domain/price.ts"),
      "src/plan/cost.ts": `import {\n  profile,\n} from "../curate/profile/profile.ts";\n${importing("../base/money.ts")}`,
      "src/tables/read.ts": `const charts = await import("../report/charts/bars.ts");\n`,
      "src/domain/price.ts": `export type { Price } from "../catalog/prices.ts";\n`,
      "src/index.ts": importing("./cli/main.ts"),
    },
    finds: [
      "src/base/money.ts: base may not import ../domain/price.ts",
      "src/plan/cost.ts: plan may not import ../curate/profile/profile.ts",
      "src/tables/read.ts: tables may not import ../report/charts/bars.ts",
      "src/domain/price.ts: domain may not import ../catalog/prices.ts",
      "src/index.ts: src may not import ./cli/main.ts",
    ],
  },
  {
    name: "every folder of src/ is one that ARCHITECTURE.md knows",
    rule: layers.importDirection,
    broken: { "src/services/cost.ts": "const x = 1;\n" },
    finds: ['src/services/cost.ts: the folder "services" is not in ARCHITECTURE.md'],
  },
  {
    name: "a command imports no stage, only what parses, use cases and what prints",
    rule: layers.commandsAskUseCases,
    broken: {
      "src/cli/commands/plan-memory.ts": `const { planMemory } = await import("../../programme/planning/plan-memory.ts");\nconst { x } = await import("../../plan/memory/memory.ts");\n${importing("../../plan/run/training-text.ts")}${importing("../../domain/run-request.ts")}`,
      "src/cli/run-flags.ts": `import type { Gpu } from "../catalog/gpus.ts";\n`,
      "src/cli/commands/serve.ts": importing("../../server/serve-folders.ts"),
      "src/cli/commands/runs-list.ts": importing("../../server/serve-folders.ts"),
    },
    finds: [
      "src/cli/commands/plan-memory.ts: a command asks a use case in programme/, not ../../plan/memory/memory.ts",
      "src/cli/run-flags.ts: a command asks a use case in programme/, not ../catalog/gpus.ts",
      "src/cli/commands/runs-list.ts: a command asks a use case in programme/, not ../../server/serve-folders.ts",
    ],
  },
  {
    name: "a command writes no files",
    rule: layers.commandsWriteNothing,
    broken: {
      "src/cli/commands/plan-traffic.ts": `const { atomicWrite } = await import("../../base/atomic-write.ts");\n`,
      "src/cli/commands/comply-papers.ts": importing("../../base/atomic-write-all.ts"),
      "src/cli/commands/data-report.ts": `import { writeFile } from "node:fs/promises";\n`,
      "src/cli/commands/plan-compare.ts": importing("../write-output.ts"),
      "src/cli/write-output.ts": importing("../base/atomic-write.ts"),
    },
    finds: [
      "src/cli/commands/plan-traffic.ts: a command writes no files, so it does not import ../../base/atomic-write.ts",
      "src/cli/commands/comply-papers.ts: a command writes no files, so it does not import ../../base/atomic-write-all.ts",
      "src/cli/commands/data-report.ts: a command writes no files, so it does not import node:fs/promises",
    ],
  },
  {
    name: "the file of a command has at most 120 lines",
    rule: layers.commandLength,
    broken: {
      "src/cli/commands/plan-memory.ts": "const x = 1;\n".repeat(121),
      "src/cli/commands/plan-time.ts": "const x = 1;\n".repeat(120),
      "src/cli/registry.ts": "const x = 1;\n".repeat(121),
    },
    finds: ["src/cli/commands/plan-memory.ts: a command of 121 lines, at most 120"],
  },
  {
    name: "imports between use cases go downwards only",
    rule: layers.useCaseDirection,
    broken: {
      "src/programme/reading/read-programme.ts": importing("../prices/price-book.ts"),
      "src/programme/prices/price-book.ts": importing("../study/feasibility.ts"),
      "src/programme/study/feasibility.ts": `const text = await import("../status/status.ts");\n`,
      "src/programme/study/risks/rule.ts": importing("../../status/status.ts"),
      "src/programme/odds/end.ts": importing("../reading/read-programme.ts"),
      "src/programme/flat.ts": importing("../base/money.ts"),
    },
    finds: [
      "src/programme/prices/price-book.ts: programme/prices may not import ../study/feasibility.ts",
      "src/programme/study/feasibility.ts: programme/study may not import ../status/status.ts",
      "src/programme/study/risks/rule.ts: programme/study may not import ../../status/status.ts",
      'src/programme/odds/end.ts: the use case "odds" is not in test/tidy/layers.ts',
      "src/programme/flat.ts: belongs in the folder of a use case",
    ],
  },
  { ...CURATION, rule: layers.curationDirection },
  ENVIRONMENT,
  {
    name: "no folder holds more than forty files",
    rule: layers.flatFolders,
    broken: {
      ...Object.fromEntries(files("src/plan/cost", 41)),
      ...Object.fromEntries(files("src/plan/memory", 40)),
      ...Object.fromEntries(files("src/domain", 41)),
      ...Object.fromEntries(files("src/cli/commands", 41)),
      ...Object.fromEntries(files("src/catalog/data/prices", 41)),
    },
    finds: ["src/plan/cost: holds 41 files, at most 40"],
  },
  {
    name: "no file imports itself through others",
    rule: layers.importCycles,
    broken: {
      "src/plan/a.ts": importing("./b.ts"),
      "src/plan/b.ts": `import type { C } from "./c.ts";\n`,
      "src/plan/c.ts": importing("./a.ts"),
      "src/plan/d.ts": importing("./a.ts"),
    },
    finds: ["src/plan/a.ts: imports itself: src/plan/a.ts → src/plan/b.ts → src/plan/c.ts → src/plan/a.ts"],
  },
  {
    name: "every relative import leads to a file",
    rule: layers.importTargets,
    broken: { "src/plan/a.ts": importing("./gone.ts") },
    finds: ["src/plan/a.ts: ./gone.ts does not exist"],
  },
  {
    name: "imports are plain strings, so that no rule is blind to them",
    rule: layers.plainImports,
    broken: {
      "src/plan/a.ts": "const x = await import(`../cli/main.ts`);\n",
      "src/plan/b.mts": 'const x = await import(name + ".ts");\n',
      "src/plan/c.ts": 'const x = createRequire(import.meta.url)("../cli/main.js");\n',
      "src/plan/d.ts": 'const x = await import("./e.ts");\n// import(anything) in a comment is none\n',
    },
    finds: [
      "src/plan/a.ts: hides what it imports: import(",
      "src/plan/b.mts: hides what it imports: import(",
      "src/plan/c.ts: hides what it imports: createRequire",
    ],
  },
  {
    name: "every exported name is used somewhere else, and not only by tests",
    rule: exported.deadExports,
    broken: {
      "src/plan/a.ts":
        "export const used = 1;\nexport function lazy() {}\nexport const dead = 2;\nexport type Kind = string;\n",
      "src/plan/b.ts": `import { type Other, used as mine } from "./a.ts";\nexport const tested = 1;\n`,
      "src/domain/a.ts": "export const Schema = z.string();\nexport const UNUSED = 1;\n",
      "src/cli/main.ts": `const { lazy } = await import("../plan/a.ts");\n`,
      "test/plan/b.test.ts": `import { tested } from "../../src/plan/b.ts";\n`,
    },
    finds: [
      "src/plan/a.ts: nothing imports dead",
      "src/plan/b.ts: only tests use tested",
      "src/domain/a.ts: nothing imports UNUSED",
    ],
  },
  {
    name: "what benchmarks and scripts import from the build is in the source",
    rule: exported.benchImports,
    broken: {
      "src/plan/a.ts": "export function one(): void {}\nexport { two } from './b.ts';\n",
      "bench/plan/a.bench.mjs": 'import { one, two, three } from "../../dist/plan/a.js";\n',
      "scripts/b.mjs": 'const { four } = await import("../dist/plan/gone.js");\n',
    },
    finds: [
      "bench/plan/a.bench.mjs: src/plan/a.ts does not export three",
      "scripts/b.mjs: src/plan/gone.ts does not exist",
    ],
  },
  {
    name: "a section of the documentation that is cited is there",
    rule: text.citedSections,
    broken: {
      "docs/concepts/model.md": "# Model\n\n### 1.1 The peak\n",
      "src/plan/a.ts": "/** @source model.md §1.1, model.md §1.10, gone.md §1 */\n",
    },
    finds: [
      "src/plan/a.ts: cites model.md §1.10, which is not there",
      "src/plan/a.ts: cites gone.md, which docs/ does not have",
    ],
  },
  {
    name: "every file of src/ is reached from the library, the binary or a worker that they start",
    rule: layers.reachability,
    broken: {
      "src/index.ts": importing("./plan/used.ts"),
      "src/cli/main.ts": `const rows = [{ load: () => import("./commands/run.ts") }];\n`,
      "src/cli/commands/run.ts": `new Worker(new URL("./count.worker.ts", import.meta.url));\n`,
      "src/cli/commands/count.worker.ts": "",
      "src/plan/used.ts": "",
      "src/plan/forgotten.ts": importing("./used.ts"),
    },
    finds: ["src/plan/forgotten.ts: nothing imports it"],
  },
  {
    name: "every subpath of the library is declared in package.json and has its file",
    rule: layers.librarySubpaths,
    broken: {
      "package.json": `{"exports": {".": "./dist/index.js", "./gone": "./dist/gone/index.js"}}`,
      "src/plan/index.ts": importing("./memory.ts"),
    },
    finds: ["src/plan/index.ts: package.json does not export it", "package.json: src/gone/index.ts does not exist"],
  },
  {
    name: "no folder is called utils, helpers, common, shared, lib or misc",
    rule: layers.folderNames,
    broken: { "src/plan/utils/round.ts": "", "test/helpers/make.ts": "", "src/plan/libraries.ts": "" },
    finds: [
      'src/plan/utils/round.ts: no folder may be called "utils"',
      'test/helpers/make.ts: no folder may be called "helpers"',
    ],
  },
  {
    name: "each outside dependency is imported in its home only",
    rule: dependencies.dependencyHomes,
    broken: {
      "src/plan/read.ts": importing("@duckdb/node-api"),
      "src/domain/schema.ts": `import * as z from "zod";\n`,
      "src/plan/distance.ts": importing("fastest-levenshtein"),
      "src/curate/words.ts": `import type { T } from "js-tiktoken/lite";\n`,
      "src/report/pad.ts": importing("left-pad"),
    },
    finds: [
      'src/plan/read.ts: "@duckdb/node-api" belongs in tables',
      'src/plan/distance.ts: "fastest-levenshtein" belongs in base',
      'src/report/pad.ts: "left-pad" has no home folder',
    ],
  },
  {
    name: "pure folders take clock, random numbers and I/O as arguments",
    rule: dependencies.purity,
    broken: {
      "src/plan/now.ts":
        "const today = new Date();\nconst given = new Date(0);\n// Math.random() in a comment is no use of it\n",
      "src/plan/draw.ts": "const draw = Math.random();\n",
      "src/plan/bare.ts": "const { random } = Math;\nconst day = Date();\n",
      "src/plan/wait.ts": "setTimeout(run, 5);\nconst shown = size.toLocaleString();\n",
      "src/comply/read.ts": importing("node:fs/promises"),
      "src/report/env.ts": "const color = process.env;\n",
      "src/base/clock.ts": "const now = Date.now();\n",
    },
    finds: [
      "src/plan/now.ts: a pure folder may not use the clock",
      "src/plan/draw.ts: a pure folder may not use Math.random",
      "src/plan/bare.ts: a pure folder may not use the clock",
      "src/plan/bare.ts: a pure folder may not use Math.random",
      "src/plan/wait.ts: a pure folder may not use a timer",
      "src/plan/wait.ts: a pure folder may not use the locale of the machine",
      "src/comply/read.ts: a pure folder may not import node:fs/promises",
      "src/report/env.ts: a pure folder may not use the process",
    ],
  },
  {
    name: "every dependency is used and every import is a dependency",
    rule: dependencies.dependenciesUsed,
    broken: { "package.json": manifest(["yaml", "left-pad"]), "src/base/a.ts": importing("yaml") + importing("zod") },
    finds: ['package.json: nothing imports "left-pad"', 'package.json: "zod" is imported and not declared'],
  },
  {
    name: "every dependency has a row with its reason",
    rule: dependencies.dependenciesExplained,
    broken: {
      "package.json": manifest(["yaml", "zod"]),
      "docs/concepts/dependencies.md": "| `yaml` | reads programmes |\nWe also like zod.\n",
    },
    finds: ['docs/concepts/dependencies.md: no row for "zod"'],
  },
  {
    name: "no file of code or test has more than 400 lines",
    rule: text.fileSize,
    broken: { "src/plan/long.ts": long, "test/long.test.ts": long, "src/catalog/data/long.csv": long },
    finds: ["src/plan/long.ts: 401 lines, more than 400", "test/long.test.ts: 401 lines, more than 400"],
  },
  {
    name: "every exported declaration has a docstring",
    rule: text.docstrings,
    broken: {
      "src/plan/cost.ts":
        "/** What it costs. */\nexport const Cost = z.number();\nexport type Cost = z.infer<typeof Cost>;\n\nexport async function costOf(): Promise<void> {}\n",
      "src/plan/kinds.ts": "/** Kinds. */\n\nexport const KINDS = [];\nexport type Kind = (typeof OTHERS)[number];\n",
    },
    finds: [
      "src/plan/cost.ts:5: costOf has no docstring",
      "src/plan/kinds.ts:3: KINDS has no docstring",
      "src/plan/kinds.ts:4: Kind has no docstring",
    ],
  },
  {
    name: "no money field is a float",
    rule: text.moneyFields,
    broken: {
      "src/domain/cost.ts":
        'export const Line = z.strictObject({\n  costUsd: z.number().describe("Cost"),\n  capUsd: PositiveMoney,\n  unitUsd: z\n    .number()\n    .positive(),\n  usdPerGpuHour: Quantity.describe("Price"),\n});\nexport const Bar = z.strictObject({\n  lowUsd: z\n    .number()\n    .describe("Total (an estimate, not an amount)"),\n  highUsd: z.number().describe("Total"),\n});\n',
    },
    finds: [
      "src/domain/cost.ts:2: Line.costUsd is a number, expected Money",
      "src/domain/cost.ts:4: Line.unitUsd is a number, expected Money",
      "src/domain/cost.ts:13: Bar.highUsd is a number, expected Money",
    ],
  },
  {
    name: "every failure that a user can mend has a hint",
    rule: text.failureHints,
    broken: {
      "src/plan/cost.ts":
        'throw new Failure("bad_input", `no price (of ${name()})`);\nthrow new Failure("bad_input", "x", { hint: "y" });\nthrow new Failure("outside", "x");\n',
      "src/plan/fit.ts": 'return new Failure(\n  "not_found",\n  "no such fit",\n  { cause: error },\n);\n',
    },
    finds: [
      "src/plan/cost.ts:1: a failure that a user can mend has no hint",
      "src/plan/fit.ts:1: a failure that a user can mend has no hint",
    ],
  },
  {
    name: "every command that a text names is registered",
    rule: text.namedCommands,
    broken: {
      "src/cli/registry.ts": '{ path: ["init"], summary: "x" }, { path: ["plan", "cost"], summary: "y" }',
      "src/plan/a.ts":
        'const hint = "tunewright plan payback compares it";\nconst good = "tunewright plan cost x, tunewright init, tunewright plan --help";\n// tunewright gone\n',
      "src/plan/b.ts": "const hint = `run tunewright statsu first`;\n",
    },
    finds: [
      'src/plan/a.ts: names "tunewright plan payback", which is no command',
      'src/plan/b.ts: names "tunewright statsu first", which is no command',
    ],
  },
  {
    name: "no file names a folder of one machine",
    rule: text.machinePaths,
    broken: { "docs/guides/a.md": `Run \`head ${machinePath}\`.`, "docs/guides/b.md": "See our own/home/page." },
    finds: [`docs/guides/a.md: names a path of one machine, ${machinePath.slice(0, -"/data.jsonl".length)}`],
  },
  {
    name: "no file that is read or installed from names the host of a registry",
    rule: text.registryHosts,
    broken: {
      "package-lock.json": '{ "node_modules/yaml": { "resolved": "https://packages.example/yaml-2.tgz" } }',
      ".npmrc": "registry = https://packages.example\n",
      "README.md": "No host here: npm ci\n",
    },
    finds: [
      'package-lock.json: names a registry, "resolved": "https://packages.example/yaml-2.tgz"',
      ".npmrc: names a registry, registry =",
    ],
  },
  {
    name: "code and pages have none of the worst phrases",
    rule: text.plainEnglish,
    ...PHRASES,
  },
  {
    name: "every path that ARCHITECTURE.md names is there",
    rule: text.architecturePaths,
    broken: {
      "ARCHITECTURE.md":
        "`plan/{fleet,memory}.ts`, `plan/` and `fleet.ts`, then `domain/` and `gone.ts`; `*-text.ts` is none.\n",
      "docs/concepts/code-paths.md": "`plan/fleet.ts` → `plan/moved.ts`\n",
      "src/plan/fleet.ts": "const x = 1;\n",
    },
    finds: [
      "ARCHITECTURE.md: plan/memory.ts does not exist",
      "ARCHITECTURE.md: domain/ does not exist",
      "ARCHITECTURE.md: gone.ts does not exist",
      "docs/concepts/code-paths.md: plan/moved.ts does not exist",
    ],
  },
  {
    name: "every command stands in the registry once, and its file has its name",
    rule: text.commandsRegistered,
    broken: {
      "src/cli/registry.ts":
        '  { path: ["plan", "cost"], summary: "x", load: () => import("./commands/plan-costs.ts") },\n',
      "src/cli/commands/plan-costs.ts": "export default defineCommand({});\n",
      "src/cli/commands/status.ts": "export default defineCommand({});\n",
    },
    finds: [
      "src/cli/commands/status.ts: stands not exactly once in the registry",
      'src/cli/commands/plan-costs.ts: is called as "plan-cost"',
    ],
  },
];
