// Effect of redaction on source code: answers that parse before and after, and rows that change. Public code that the
// rules were written against (MBPP, HumanEval, CodeAlpaca, in ../shared), and code that they were not: functions and
// classes of the standard library of the python3 on the path, and files of the packages in node_modules. Comments of the
// last two name people and addresses, so not each change is a mistake: --show prints changes.
//
//     node bench/redaction.bench.mjs [--rows 2000] [--profile default] [--show 20]
//
// With --code DIR also pieces of 4 to 50 lines of the files of a folder, by language. With --grammars DIR (a folder in
// which `npm install --ignore-scripts --legacy-peer-deps web-tree-sitter@0.25 tree-sitter-wasms tree-sitter-haskell
// tree-sitter-julia @davisvaughan/tree-sitter-r` ran) pieces are counted separately in which something other than a string or a
// comment was replaced, and those that a grammar takes no more. --language NAME runs one. Pieces that change are classified
// by the rule of personal-places.mjs: "personal" are those of which each change is a mail address, a name on a line that
// says who made or owns something, an account or a key; "without" have a change that is none of these. --show prints only
// the changes of the latter. With --renamed the capitalised identifiers of each piece become names of people (by the
// grammar; --lines: of the whole piece, and of single lines and groups of lines with such an identifier): how many of
// them are taken for people.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Script } from "node:vm";
import { gunzipSync } from "node:zlib";

import { codeByLanguage, errorsIn, grammarsIn, isIdentifierAt, renamed } from "./code-languages.mjs";
import { whyPersonal } from "./personal-places.mjs";

const { values } = parseArgs({
  options: {
    rows: { type: "string", default: "2000" },
    profile: { type: "string", default: "default" },
    show: { type: "string", default: "0" },
    code: { type: "string" },
    grammars: { type: "string" },
    language: { type: "string" },
    renamed: { type: "boolean", default: false },
    lines: { type: "string", default: "1,3,50" },
  },
  strict: false,
});
const root = fileURLToPath(new URL("..", import.meta.url));
if (!existsSync(join(root, "dist/curate"))) {
  process.stderr.write("no dist/: run npm run build first\n");
  process.exit(1);
}
const fromDist = (path) => import(new URL(`../dist/${path}`, import.meta.url).href);
const { recognitionOf } = await fromDist("curate/pii/operators/profiles.js");
const { redactRow } = await fromDist("curate/pii/operators/redact-row.js");
const { pythonProblem } = await fromDist("curate/quality/python-problem.js");
const { RedactOptions } = await fromDist("domain/redact.js");
const { seededRandom } = await fromDist("base/random.js");

const options = RedactOptions.parse({ profile: values.profile });
const setup = { options, recognition: recognitionOf(options), key: undefined };
const most = Number(values.rows);

/** A choice of `most` that is the same at each run. */
function chosen(list) {
  const random = seededRandom(13);
  return list
    .map((each) => [random(), each])
    .toSorted(([a], [b]) => a - b)
    .slice(0, most)
    .map(([, each]) => each);
}

function publicCode() {
  const folder = join(root, "../shared/data/curation/decontam");
  if (!existsSync(folder)) return [];
  const lines = (name) => {
    const bytes = readFileSync(join(folder, name));
    const text = (name.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString();
    return text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
  };
  return [
    ...lines("mbpp.jsonl").flatMap(({ code, test_list: tests }) => [code, tests.join("\n")]),
    ...lines("HumanEval.jsonl.gz").map((row) => row.prompt + row.canonical_solution),
    ...lines("rephrased/CodeAlpacaDB.jsonl").flatMap(({ train }) => train),
  ];
}

/** Functions and classes of modules, of 4 to 60 lines. */
function standardLibrary() {
  let folder;
  try {
    folder = execFileSync("python3", ["-c", "import sysconfig; print(sysconfig.get_paths()['stdlib'])"], {
      encoding: "utf8",
    }).trim();
  } catch {
    return [];
  }
  const files = readdirSync(folder).filter((name) => name.endsWith(".py"));
  return files.toSorted().flatMap((name) =>
    readFileSync(join(folder, name), "utf8")
      .split(/\n(?=def |class |@)/)
      .slice(1)
      .map((part) => part.trimEnd())
      .filter((part) => part.split("\n").length >= 4 && part.split("\n").length <= 60),
  );
}

function packages() {
  const folder = join(root, "node_modules");
  const files = readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => /\.c?js$/.test(name) && !/\.min\.|\/test/.test(name) && statSync(join(folder, name)).isFile())
    .toSorted();
  return chosen(files)
    .map((name) => readFileSync(join(folder, name), "utf8"))
    .filter((text) => text.length < 20_000);
}

function scriptProblem(code) {
  try {
    return void new Script(code);
  } catch (error) {
    return error;
  }
}

const SETS = [
  ["MBPP, HumanEval, CodeAlpaca", publicCode, pythonProblem],
  ["Python's standard library", standardLibrary, pythonProblem],
  ["packages in node_modules", packages, scriptProblem],
];

const print = (line) => process.stdout.write(`${line}\n`);
const own = values.code === undefined ? SETS : [];
if (own.length > 0)
  print(
    `${"code".padEnd(30)}${"parse".padStart(8)}${"broken".padStart(8)}${"changed".padStart(9)}${"%".padStart(7)}  replaced`,
  );
const results = [];
let left = Number(values.show);
for (const [name, all, problem] of own) {
  const parsing = chosen(all().filter((code) => problem(code) === undefined));
  let [broken, changed] = [0, 0];
  const kinds = new Map();
  for (const code of parsing) {
    const row = { id: "r", source: "s", line: 1, fields: { prompt: "Write it.", response: code } };
    const { response: after } = (await redactRow(row, setup)).fields;
    if (after === code) continue;
    changed += 1;
    if (problem(after) !== undefined) broken += 1;
    const [before, lines] = [code.split("\n"), after.split("\n")];
    for (const [index, line] of lines.entries()) {
      if (line === before[index]) continue;
      for (const [, kind] of line.matchAll(/<([A-Z_]+)>/g)) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      if (left-- > 0) print(`  - ${before[index]?.trim().slice(0, 150)}\n  + ${line.trim().slice(0, 150)}`);
    }
  }
  const share = parsing.length === 0 ? 0 : changed / parsing.length;
  const shown = [...kinds].toSorted(([, a], [, b]) => b - a).map(([kind, count]) => `${kind} ${count}`);
  const [count, bad, other] = [parsing.length, broken, changed].map(String);
  print(
    `${name.padEnd(30)}${count.padStart(8)}${bad.padStart(8)}${other.padStart(9)}${(100 * share).toFixed(2).padStart(7)}  ${shown.join(", ")}`,
  );
  results.push({ code: name, rows: parsing.length, broken, changed, replaced: Object.fromEntries(kinds) });
}

/** Pieces of one language: those that change, in which an identifier does, and those that parse no more. */
async function ofLanguage(name, pieces, parser) {
  const whole = parser === undefined ? pieces : pieces.filter((code) => errorsIn(parser.parse(code)) === 0);
  const counts = { code: name, rows: whole.length, changed: 0, personal: 0, without: 0, identifiers: 0, broken: 0 };
  for (const code of whole) {
    const row = { id: "r", source: "s", line: 1, fields: { prompt: "Write it.", response: code } };
    const { fields, replacements } = await redactRow(row, setup);
    const inside = replacements.filter(({ path, value, written }) => path[0] === "response" && value !== written);
    if (inside.length === 0 || fields.response === code) continue;
    counts.changed += 1;
    const other = inside.filter(({ span }) => whyPersonal(code, span) === undefined);
    counts[other.length === 0 ? "personal" : "without"] += 1;
    const tree = parser?.parse(code);
    const wrong = inside.filter(({ span }) => tree !== undefined && isIdentifierAt(tree, span));
    if (wrong.length > 0) counts.identifiers += 1;
    if (tree !== undefined && errorsIn(parser.parse(fields.response)) > errorsIn(tree)) counts.broken += 1;
    for (const { span } of other) {
      if (left-- <= 0) continue;
      const sign = wrong.some((each) => each.span === span) ? "!" : " ";
      const from = code.lastIndexOf("\n", span.start) + 1;
      const line = code.slice(from, (code.indexOf("\n", span.end) + 1 || code.length + 1) - 1);
      print(
        ` ${sign} ${span.type} ${JSON.stringify(code.slice(span.start, span.end))} ${span.score.toFixed(2)} | ${line.trim().slice(0, 120)}`,
      );
    }
  }
  return counts;
}

/** Parts of some lines of a piece that hold places. */
function partsOf({ text, places }, lines) {
  const parts = [];
  let start = 0;
  const all = text.split("\n");
  for (let first = 0; first < all.length; first += lines) {
    const part = all.slice(first, first + lines).join("\n");
    const end = start + part.length;
    const inside = places.filter((place) => place.start >= start && place.end <= end);
    if (inside.length > 0)
      parts.push({
        text: part,
        places: inside.map((place) => ({ start: place.start - start, end: place.end - start })),
      });
    start = end + 1;
  }
  return parts;
}

/** Identifiers that are names of people: how many of them, and of the parts that have one, are changed. */
async function ofRenamed(name, pieces, parser) {
  const random = seededRandom(17);
  const whole = pieces.flatMap((code) => {
    const tree = parser.parse(code);
    return errorsIn(tree) === 0 ? [renamed(tree, code, random)] : [];
  });
  const counts = {};
  for (const lines of values.lines.split(",").map(Number)) {
    const parts = whole.flatMap((piece) => partsOf(piece, lines)).slice(0, 10 * most);
    const count = { parts: parts.length, changed: 0, identifiers: 0, taken: 0 };
    for (const { text, places } of parts) {
      const row = { id: "r", source: "s", line: 1, fields: { response: text } };
      const { replacements } = await redactRow(row, setup);
      const isTaken = ({ start, end }) => replacements.some(({ span }) => span.start < end && span.end > start);
      const taken = places.filter(isTaken).length;
      count.identifiers += places.length;
      count.taken += taken;
      if (taken === 0) continue;
      count.changed += 1;
      const first = places.find((place) => isTaken(place)).start;
      const from = text.lastIndexOf("\n", first) + 1;
      if (left-- > 0) print(`  ${lines} | ${text.slice(from, `${text}\n`.indexOf("\n", first)).slice(0, 150)}`);
    }
    counts[lines] = count;
  }
  return { code: name, ...counts };
}

if (values.code !== undefined && values.renamed) {
  const grammars = await grammarsIn(values.grammars);
  const sizes = values.lines.split(",");
  const cells = (list) => list.map((cell) => String(cell).padStart(16)).join("");
  print(`${"language".padEnd(12)}${cells(sizes.flatMap((size) => [`parts of ${size}`, "changed", "%"]))}`);
  const total = Object.fromEntries(sizes.map((size) => [size, { parts: 0, changed: 0 }]));
  for (const [name, all] of codeByLanguage(values.code)) {
    if (!grammars.has(name) || (values.language !== undefined && values.language !== name)) continue;
    const counts = await ofRenamed(name, chosen(all), grammars.get(name));
    const percent = ({ parts, changed }) => (parts === 0 ? "-" : ((100 * changed) / parts).toFixed(2));
    print(
      `${name.padEnd(12)}${cells(sizes.flatMap((size) => [counts[size].parts, counts[size].changed, percent(counts[size])]))}`,
    );
    for (const size of sizes) {
      total[size].parts += counts[size].parts;
      total[size].changed += counts[size].changed;
    }
    results.push(counts);
  }
  print(JSON.stringify({ total }));
} else if (values.code !== undefined) {
  const grammars = values.grammars === undefined ? new Map() : await grammarsIn(values.grammars);
  print(
    `${"language".padEnd(12)}${"pieces".padStart(8)}${"changed".padStart(9)}${"personal".padStart(10)}${"without".padStart(9)}${"%".padStart(7)}${"identifiers".padStart(13)}${"broken".padStart(8)}`,
  );
  for (const [name, all] of codeByLanguage(values.code)) {
    if (values.language !== undefined && values.language !== name) continue;
    const counts = await ofLanguage(name, chosen(all), grammars.get(name));
    const { rows, changed, personal, without, identifiers, broken } = counts;
    const known = (value) => (grammars.has(name) ? String(value) : "no grammar");
    print(
      `${name.padEnd(12)}${String(rows).padStart(8)}${String(changed).padStart(9)}${String(personal).padStart(10)}${String(without).padStart(9)}${((100 * without) / rows).toFixed(2).padStart(7)}${known(identifiers).padStart(13)}${known(broken).padStart(8)}`,
    );
    results.push(grammars.has(name) ? counts : { ...counts, identifiers: null, broken: null });
  }
}
print(JSON.stringify({ profile: values.profile, results }));
