// Writes docs/reference/, docs/schema/, the guide to inference economics and the output that the README shows from what was
// built, so that they cannot say anything else than the code.
// With --check it writes nothing and fails if a page is stale.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import * as z from "zod";

import { economicsFigures } from "./docs/economics-figures.mjs";
import { economicsPage } from "./docs/economics-page.mjs";
import { withFreshOutput } from "./docs/shown-output.mjs";
import { code, fieldRows, markdownTable, typeText } from "./docs/schema-tables.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const load = (path) => import(pathToFileURL(join(root, "dist", path)).href);
const NOTE = "<!-- Written by `npm run docs`: change the code, not this page. -->";

/** `commands.md`: every command with its arguments, flags and examples. */
async function commandsPage() {
  const { COMMANDS, GROUPS } = await load("cli/registry.js");
  const { optionRows } = await load("cli/options.js");
  const { shownDefault } = await load("cli/shown-default.js");
  const nameOf = shapeNames(await shapes(), "json.md");
  const sections = [];
  for (const { path, load: loadCommand } of COMMANDS) {
    const { default: definition } = await loadCommand();
    const rows = optionRows(definition).map((row) => {
      const isArgument = definition.args.includes(row.field);
      const isNegated = row.kind === "boolean" && row.defaultValue === true;
      const name = isArgument ? `<${row.flag.slice(2)}>` : isNegated ? `--no-${row.flag.slice(2)}` : row.flag;
      const fallback = shownDefault(row);
      return [
        code(name),
        row.kind === "boolean" ? "" : (row.choices?.map(code).join(", ") ?? row.kind),
        row.required ? "required" : fallback === undefined ? "" : code(fallback),
        row.description,
      ];
    });
    sections.push({
      group: path.length > 1 && path[0] in GROUPS ? path[0] : "",
      text: [
        `### \`tunewright ${path.join(" ")}\``,
        definition.description,
        rows.length === 0 ? "" : markdownTable(["argument or flag", "value", "default", "what"], rows),
        `\`--json\` prints: ${outputText(definition.output, nameOf)}.`,
        definition.examples.length === 0
          ? ""
          : `\`\`\`console\n${definition.examples.map((line) => `$ tunewright ${line}`).join("\n")}\n\`\`\``,
      ],
    });
  }
  const groups = ["", ...Object.keys(GROUPS)].filter((group) => sections.some((section) => section.group === group));
  return [
    "# Commands",
    "Every command prints its answer on stdout and everything else on stderr. [Exit codes](exit-codes.md) say how it ended.",
    "## Flags of every command",
    markdownTable(["flag", "what"], await globalFlags()),
    ...groups.flatMap((group) => [
      group === "" ? "## Programme" : `## ${group}: ${GROUPS[group]}`,
      ...sections.filter((section) => section.group === group).flatMap((section) => section.text),
    ]),
  ];
}

/** The flags that the top-level help lists, taken from that help. */
async function globalFlags() {
  const { runProgram } = await load("cli/program.js");
  let help = "";
  await runProgram(["--help"], { version: "", write: (text) => (help += text), io: () => undefined });
  return [...help.matchAll(/^ {2}(-\S.*?) {2,}(.+)$/gm)].map(([, flag, what]) => [code(flag), what]);
}

/** `programme.md` and the JSON Schema that editors use for `programme.yaml`. */
async function programmePages() {
  const { Programme } = await load("domain/programme.js");
  const { Day, Money, PositiveMoney } = await load("domain/source.js");
  const words = new Map([
    [Day.def, "day, `YYYY-MM-DD`"],
    [Money.def, "[amount](../concepts/money.md)"],
    [PositiveMoney.def, "[amount](../concepts/money.md), at least 0"],
  ]);
  const rows = fieldRows(Programme, (schema) => words.get(schema.def)).map((row) => [
    code(row.path),
    row.type,
    row.fallback === code("{}") && row.type === "fields below" ? "" : row.fallback,
    row.description,
  ]);
  const schema = z.toJSONSchema(Programme, { io: "input", unrepresentable: "any" });
  return {
    "docs/reference/programme.md": [
      "# programme.yaml",
      "`programme.yaml` says what is intended. Unknown keys are errors. `required` holds within its group: an omitted group has its defaults.",
      "For completion in an editor, begin the file with `# yaml-language-server: $schema=` and the path of [`docs/schema/programme.schema.json`](../schema/programme.schema.json).",
      markdownTable(["field", "value", "default", "what"], rows),
    ],
    "docs/schema/programme.schema.json": `${JSON.stringify({ title: "Tunewright programme", ...schema }, null, 2)}\n`,
  };
}

/** The schemas of the domain with the names they have in the code; requests of commands are on the page of the commands. */
async function shapes() {
  const schemas = [];
  const { COMMANDS } = await load("cli/registry.js");
  const commands = await Promise.all(COMMANDS.map(({ load: loadCommand }) => loadCommand()));
  const requests = new Set(commands.map(({ default: { options } }) => options));
  for (const file of readdirSync(join(root, "dist/domain"))
    .filter((name) => name.endsWith(".js"))
    .toSorted()) {
    for (const [name, value] of Object.entries(await load(`domain/${file}`))) {
      if (value instanceof z.ZodType && !requests.has(value)) schemas.push({ name, schema: value });
    }
  }
  return schemas;
}

/** A link to the section of a schema that has a name, from a page next to `page`. */
function shapeNames(schemas, page = "") {
  const names = new Map(schemas.map(({ name, schema }) => [schema.def, name]));
  return (schema) => {
    const name = names.get(schema.def);
    return name === undefined ? undefined : `[${name}](${page}#${name.toLowerCase()})`;
  };
}

/** Output of a command: its shape, and the condition for each of several. */
function outputText(output, nameOf) {
  const shape = typeText(output, nameOf);
  return output.description === undefined || nameOf(output) !== undefined ? shape : `${shape} (${output.description})`;
}

/** `json.md`: what each command prints, and every shape of the answers by the name it has in the code. */
async function jsonPage() {
  const { COMMANDS } = await load("cli/registry.js");
  const schemas = await shapes();
  const nameOf = shapeNames(schemas);
  const printed = [];
  for (const { path, load: loadCommand } of COMMANDS) {
    const { default: definition } = await loadCommand();
    printed.push([code(`tunewright ${path.join(" ")}`), outputText(definition.output, nameOf)]);
  }
  const sections = schemas.flatMap(({ name, schema }) => {
    if (schema.def.type === "object") {
      const rows = fieldRows(schema, nameOf).map((row) => [code(row.path), row.type, row.description]);
      return [`## ${name}`, schema.description ?? "", markdownTable(["field", "value", "what"], rows)];
    }
    const own = (each) => (each === schema ? undefined : nameOf(each));
    const [row] = fieldRows(z.object({ value: schema }), own);
    return [`## ${name}`, schema.description ?? "", row.type === "any value" ? "" : `${row.type}.`];
  });
  return [
    "# Shapes of `--json`",
    "What each command prints with `--json`, and the shapes that it is made of. Money is a decimal string; an estimate is always a range; what is unknown is `null` with a reason, or a [Refusal](#refusal).",
    "## What each command prints",
    markdownTable(["command", "prints"], printed),
    "A command that fails before it has an answer prints a [FailureAnswer](#failureanswer) in its place; [exit codes](exit-codes.md) say how it ended.",
    ...sections,
  ];
}

async function exitCodesPage() {
  const { FAILURES } = await load("base/failure.js");
  const rows = Object.entries(FAILURES).map(([kind, { exit, http, meaning }]) => [exit, code(kind), http, meaning]);
  return [
    "# Exit codes",
    "Each mistake that a user can make is of one kind, and each kind has one exit code (and one HTTP status, where it is served).",
    markdownTable(
      ["exit", "kind", "HTTP", "meaning"],
      [
        [0, "", 200, "done"],
        [1, "", 500, "a bug in Tunewright: run again with `--debug` and report what it prints"],
        ...rows,
      ],
    ),
    "A message begins with `error:` and says what is wrong, where, and which value came; `hint:` after it says what to do.",
    'With `--json`, a command that fails before it has answered prints `{"error": {"kind", "message", "hint"}}` on stdout as its one value (a [FailureAnswer](json.md#failureanswer)): `kind` is of this table or `bug`, `hint` may be `null`. A gate or a check that did not pass has answered: its answer is the value, and the exit code says how it ended.',
  ];
}

/** `assumptions.md`: every figure that stands in until the user gives a better one. */
async function assumptionsPage() {
  const { allAssumptions } = await load("catalog/assumptions.js");
  const rows = allAssumptions().map((each) => [
    code(each.id),
    each.label,
    each.p10,
    each.p50,
    each.p90,
    each.unit,
    each.use,
    `${each.source.ref}${each.source.asOf ? ` (${each.source.asOf})` : ""}`,
    each.note,
  ]);
  return [
    "# Assumptions",
    "Figures that stand in until you give your own: write yours under `assumptions:` in `programme.yaml`, by id. Numbers of a plan follow from those whose use is `estimate`. No number follows from a `reference`: it is a published figure to compare with, and the study says so where you replace one.",
    markdownTable(["id", "what", "p10", "p50", "p90", "unit", "use", "source", "note"], rows),
  ];
}

/** `method-rules.md`: the two tables that `plan method` decides by. */
async function methodRulesPage() {
  const { METHOD_RULES } = await load("plan/method/method-rules.js");
  const { GATE_RULES } = await load("plan/method/fine-tune-gate.js");
  const gates = GATE_RULES.map(({ id, about, says, source }) => [code(id), about, says, source]);
  const rules = METHOD_RULES.map(({ id, about, methods, points, excludes, source }) => [
    code(id),
    about,
    methods.map(code).join(", "),
    excludes ? "excludes" : points,
    source,
  ]);
  return [
    "# Method rules",
    "What `tunewright plan method` decides by. Every rule that holds for a programme is a reason of its answer, with its source.",
    "## Whether to fine-tune at all",
    "One `no` makes the answer no, else one `only-if` makes it only-if, else it is yes.",
    markdownTable(["rule", "holds where", "says", "source"], gates),
    "## Which method",
    "The score of a method is the sum of the points of the rules that hold for it; a rule that excludes rules it out. Points are judgement: 5 slight, 10 plain, 20 strong, 40 decides among methods that could all be used, 100 settles it, 0 is a note. The facts behind them have sources.",
    markdownTable(["rule", "holds where", "methods", "points", "source"], rules),
  ];
}

/** `price-guards.md`: what a price row must pass. */
async function priceGuardsPage() {
  const { PRICE_GUARDS } = await load("catalog/price-guards.js");
  const { API_PRICE_GUARDS } = await load("catalog/api-price-guards.js");
  const table = (guards) =>
    markdownTable(
      ["guard", "what holds", "an error that was really made"],
      guards.map(({ id, rule, seen }) => [code(id), rule, seen]),
    );
  return [
    "# Price guards",
    "A price row that breaks a guard is quarantined with its reason: kept, shown by `tunewright prices check`, and never used.",
    table(PRICE_GUARDS),
    "## Prices of API models",
    table(API_PRICE_GUARDS),
  ];
}

async function pages() {
  const markdown = {
    "docs/reference/commands.md": await commandsPage(),
    "docs/reference/json.md": await jsonPage(),
    "docs/reference/exit-codes.md": await exitCodesPage(),
    "docs/reference/assumptions.md": await assumptionsPage(),
    "docs/reference/method-rules.md": await methodRulesPage(),
    "docs/reference/price-guards.md": await priceGuardsPage(),
    "docs/guides/inference-economics.md": economicsPage(await economicsFigures(root), await load("base/units.js")),
    ...(await programmePages()),
    "README.md": withFreshOutput(readFileSync(join(root, "README.md"), "utf8"), root),
  };
  return Object.entries(markdown).map(([path, content]) => {
    if (typeof content === "string") return { path, text: content };
    const [title, ...rest] = content.filter((part) => part !== "");
    return { path, text: `${[title, NOTE, ...rest].join("\n\n")}\n` };
  });
}

const check = process.argv.includes("--check");
const stale = (await pages()).filter(({ path, text }) => {
  const file = join(root, path);
  return !existsSync(file) || readFileSync(file, "utf8") !== text;
});
for (const { path, text } of stale) {
  if (!check) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  process.stderr.write(`${path}: ${check ? "is not what the code says: run npm run docs" : "written"}\n`);
}
process.exitCode = check && stale.length > 0 ? 1 : 0;
