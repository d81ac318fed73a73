// Runs each test again with each change of the code that it met, to find the changes that no test would notice. The
// names of the global object are those of Stryker's instrumenter, whose mutants read it.
import { appendFileSync, readFileSync } from "node:fs";

import { TestRunner } from "vitest";

/** Limit of a test for all its changes, in ms; a longer one is left to a process of its own. */
const MOST_MS = 20_000;

/** A change that is met this many times as often as the code before it does not end. */
const MOST_HITS = 100;

/** The change with which the code is loaded, if this process is for it alone. */
const loaded = process.env["__STRYKER_ACTIVE_MUTANT__"];
const coverage = { static: {}, perTest: {} };
const state = (globalThis["__stryker__"] = {
  mutantCoverage: coverage,
  activeMutant: loaded,
});

/** The changes that a test noticed, or that a test never came back from: `tried ID` without a line after it. */
const log = loaded === undefined ? process.env.CHANGES_LOG : "/dev/null";
const done = new Set();
appendFileSync(log, `pid ${process.pid}\n`);
for (const line of readFileSync(log, "utf8").split("\n")) {
  const [what, id] = line.split(" ");
  if (what === "noticed" || what === "hung") done.add(id);
}

globalThis.ruleIsRemoved = (key) => {
  const counts = state.currentTestId === undefined ? coverage.static : (coverage.perTest[state.currentTestId] ??= {});
  counts[key] = (counts[key] ?? 0) + 1;
  return state.activeMutant === key;
};

/** A table whose rules can be removed at any time: every access is to the table as it now is. */
globalThis.ruleTable = (make) => {
  const forward = (trap) => [trap, (_, ...rest) => Reflect[trap](make(), ...rest)];
  const get = (_, name) => {
    const table = make();
    const value = Reflect.get(table, name);
    return Array.isArray(table) && typeof value === "function" ? value.bind(table) : value;
  };
  return new Proxy(make(), { ...Object.fromEntries(["has", "ownKeys", "getOwnPropertyDescriptor"].map(forward)), get });
};

export default class ChangeRunner extends TestRunner {
  async runTask(test) {
    const run = TestRunner.getTestFn(test);
    if (loaded !== undefined) return await run();
    state.currentTestId = test.id;
    try {
      const startedMs = performance.now();
      await run();
      await tryAgain(run, coverage.perTest[test.id] ?? {}, performance.now() - startedMs);
    } finally {
      state.currentTestId = undefined;
    }
  }

  onAfterRunFiles() {
    super.onAfterRunFiles();
    for (const id of Object.keys(coverage.static)) appendFileSync(log, `static ${id}\n`);
    for (const counts of Object.values(coverage.perTest))
      for (const id of Object.keys(counts)) appendFileSync(log, `met ${id}\n`);
    coverage.perTest = {};
  }
}

/** Runs a test with each change that it met and that no test noticed yet, if it can be repeated. */
async function tryAgain(run, met, tookMs) {
  const open = Object.keys(met).filter((id) => !done.has(id));
  if (open.length === 0 || open.length * tookMs > MOST_MS || !(await passes(run))) return;
  for (const id of open) {
    Object.assign(state, { activeMutant: id, hitCount: 0, hitLimit: MOST_HITS * met[id] });
    appendFileSync(log, `tried ${id}\n`);
    const isNoticed = !(await passes(run));
    state.activeMutant = undefined;
    appendFileSync(log, `${isNoticed ? "noticed" : "passed"} ${id}\n`);
    if (!isNoticed) continue;
    done.add(id);
    if (!(await passes(run))) return; // what the change did lasts
  }
}

async function passes(run) {
  try {
    await run();
    return true;
  } catch {
    return false;
  }
}
