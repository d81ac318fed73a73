// Removes every rule in turn and runs the tests of its table, to find the rules that no test would miss. A rule is an
// element of a table, or an `if` of a function that decides. Prints each rule that no test noticed; takes about four
// seconds of CPU a rule. `node bench/rule-removal.mjs`, or with a part of a file's name: `... study-verdict`
import { PassThrough } from "node:stream";
import { fileURLToPath } from "node:url";

import { createVitest } from "vitest/node";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/**
 * Locations of rules: a table (upper case) or a function of a source file, and the tests that check it, fastest first.
 */
const STUDY = ["test/programme/study/rules.test.ts", "test/programme/study/study-verdict.test.ts"];
const METHOD = ["test/plan/method/rules.test.ts"];
const PLACES = [
  ["src/programme/study/study-verdict.ts", "VERDICT_RULES", STUDY.toReversed()],
  ["src/programme/study/risks/money-risks.ts", "MONEY_RISKS", STUDY],
  ["src/programme/study/risks/data-risks.ts", "DATA_RISKS", [...STUDY, "test/programme/study/data-risks.test.ts"]],
  ["src/programme/study/risks/curation-risks.ts", "CURATION_RISKS", STUDY],
  ["src/programme/study/risks/training-risks.ts", "TRAINING_RISKS", STUDY],
  ["src/programme/study/risks/duty-risks.ts", "DUTY_RISKS", STUDY],
  ["src/plan/method/fine-tune-gate.ts", "GATE_RULES", METHOD],
  ["src/plan/method/rules/goals.ts", "GOALS_RULES", METHOD],
  ["src/plan/method/rules/machines.ts", "MACHINES_RULES", METHOD],
  ["src/plan/method/rules/rewards.ts", "REWARDS_RULES", METHOD],
  ["src/plan/method/rules/need.ts", "NEED_RULES", METHOD],
  ["src/plan/method/rules/data.ts", "DATA_RULES", METHOD],
  ["src/plan/method/rules/preferences.ts", "PREFERENCES_RULES", METHOD],
  ["src/plan/layout/check-run.ts", "RULES", ["test/plan/layout/check-run.test.ts", "test/plan/layout/layout.test.ts"]],
  ["src/plan/layout/check-method.ts", "RULES", ["test/plan/layout/check-method.test.ts"]],
  ["src/plan/serve-plan/check-serve.ts", "RULES", ["test/plan/serve-plan/plan-serve.test.ts"]],
  ["src/plan/advice/remedy-changes.ts", "RULES", ["test/plan/advice/advice.test.ts"]],
  ["src/plan/check/row-contradictions.ts", "METHOD_RULES", ["test/plan/check"]],
  ["src/plan/check/row-contradictions.ts", "BATCH_RULES", ["test/plan/check"]],
  ["src/audit/audit-rules.ts", "RULES", ["test/audit/rule-fixtures.test.ts"]],
  ["src/launch/supervise/decide.ts", "decide", ["test/launch/decide.test.ts"]],
  ["src/launch/supervise/decide.ts", "nextStart", ["test/launch/decide.test.ts"]],
  ["src/launch/supervise/decide.ts", "judgeEnd", ["test/launch/decide.test.ts"]],
];

/** The rules that were met while sources were transformed: `file#table#index` and the rule in short. */
const found = new Map();

/** Guards each rule of PLACES by the name of the one that is removed, which a worker reads from its environment. */
const plugin = {
  name: "rule-removal",
  enforce: "post",
  transform(code, id) {
    const file = id.replace(ROOT, "").split("?")[0];
    const names = PLACES.filter(([path]) => path === file).map(([, name]) => name);
    if (names.length === 0) return undefined;
    const edits = [];
    for (const statement of this.parse(code).body) {
      const node = statement.declaration ?? statement;
      const rules = node.type === "FunctionDeclaration" ? ifsOf(node) : elementsOf(node);
      const name = node.id?.name ?? node.declarations?.[0]?.id?.name;
      if (names.includes(name))
        rules.forEach((rule, index) => edits.push(guard(rule, `${file}#${name}#${index}`, code)));
    }
    let changed = code;
    for (const { start, end, text } of edits.toSorted((a, b) => b.start - a.start)) {
      changed = changed.slice(0, start) + text + changed.slice(end);
    }
    return { code: changed, map: null };
  },
};

function elementsOf(node) {
  if (node.type !== "VariableDeclaration") return [];
  const value = node.declarations[0].init;
  return value?.type === "ArrayExpression" ? value.elements.filter(({ type }) => type !== "SpreadElement") : [];
}

function ifsOf(node) {
  return node.body.body.filter(({ type }) => type === "IfStatement");
}

function guard(node, key, code) {
  const { start, end } = node;
  const text = code.slice(start, end);
  found.set(key, /\bid: ?"([^"]+)"/.exec(text)?.[1] ?? text.replaceAll(/\s+/g, " ").slice(0, 90));
  const isRemoved = `process.env.RULE_REMOVED === ${JSON.stringify(key)}`;
  const guarded = node.type === "IfStatement" ? `if (!(${isRemoved})) ${text}` : `...(${isRemoved} ? [] : [${text}])`;
  return { start, end, text: guarded };
}

async function runTests(vitest, paths) {
  const specifications = await vitest.globTestSpecifications(paths);
  if (specifications.length === 0) throw new Error(`no test file: ${paths.join(", ")}`);
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(specifications);
  const failed = testModules.filter((module) => module.state() === "failed").map((module) => module.relativeModuleId);
  if (failed.length === 0 && unhandledErrors.length === 0) return undefined;
  return failed[0] ?? "an error outside the tests";
}

const asked = process.argv[2] ?? "";
const places = PLACES.filter(([file]) => file.includes(asked));
const quiet = () => new PassThrough().resume();
// Each file in a process of its own, so that no module outlives the rule that it was loaded without.
const options = {
  config: false,
  root: ROOT,
  watch: false,
  setupFiles: ["test/setup.ts"],
  include: ["test/**/*.test.ts"],
  testTimeout: 300_000,
  hookTimeout: 300_000,
  reporters: [{}],
  maxWorkers: 1,
  bail: 1,
};
const vitest = await createVitest("test", options, { plugins: [plugin] }, { stdout: quiet(), stderr: quiet() });
let unnoticed = 0;
for (const [file, name, tests] of places) {
  delete process.env.RULE_REMOVED;
  const broken = await runTests(vitest, tests);
  if (broken !== undefined) throw new Error(`${broken} fails with every rule in its place`);
  const keys = [...found.keys()].filter((key) => key.startsWith(`${file}#${name}#`));
  let missed = 0;
  for (const key of keys) {
    process.env.RULE_REMOVED = key;
    if ((await runTests(vitest, tests)) !== undefined) continue;
    missed += 1;
    console.log(`NOT NOTICED ${key}: ${found.get(key)}`);
  }
  unnoticed += missed;
  console.log(`${file} ${name}: ${keys.length} rules, ${missed} not noticed`);
  if (keys.length === 0) throw new Error(`${file} has no ${name}`);
}
await vitest.close();
console.log(`${unnoticed} rules that no test would miss`);
process.exitCode = unnoticed === 0 ? 0 : 1;
