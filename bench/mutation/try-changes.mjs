import { mkdtempSync, readFileSync, rmSync, appendFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { fileURLToPath } from "node:url";

import { createVitest } from "vitest/node";

/** The root of the repository, with a slash at its end. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Variable of the environment that names the change with which code is loaded, as in Stryker. */
const ACTIVE = "__STRYKER_ACTIVE_MUTANT__";

/** Time without a result after which a change is taken to run for ever. */
const HANG_MS = 20_000;

/**
 * Runs each test again with each change of the code that it met, all in one process, and returns the changes that a
 * test noticed, that hung it, that tests met, and that the loading of modules met.
 */
export async function tryTogether(plugins, tests) {
  const folder = mkdtempSync(join(tmpdir(), "changes-"));
  const log = (process.env.CHANGES_LOG = join(folder, "log"));
  delete process.env[ACTIVE];
  writeFileSync(log, "");
  for (let hung = ""; hung !== undefined;) {
    const vitest = await openVitest(plugins, tests, { isolate: false });
    const watch = watchLog(log);
    const broken = await runTests(vitest, tests);
    hung = watch.stop();
    await vitest.close();
    if (hung === undefined && broken !== undefined) throw new Error(`${broken} fails without any change`);
  }
  const lines = readFileSync(log, "utf8").split("\n");
  rmSync(folder, { recursive: true });
  return (what) =>
    new Set(lines.filter((line) => line.startsWith(`${what} `)).map((line) => line.slice(what.length + 1)));
}

/**
 * Whether a test notices a change with which the code is loaded, each test file in a process of its own. Tests that fail
 * without a change are an error.
 */
export async function openAlone(plugins, tests) {
  const vitest = await openVitest(plugins, tests, { bail: 1 });
  const runWith = async (id, paths) => {
    process.env[ACTIVE] = id;
    return await runTests(vitest, paths);
  };
  const broken = await runWith("none", tests);
  if (broken !== undefined) throw new Error(`${broken} fails without any change, in a process of its own`);
  return {
    isNoticed: async (id, paths) => (await runWith(id, paths)) !== undefined,
    close: () => vitest.close(),
  };
}

async function openVitest(plugins, tests, options) {
  const quiet = () => new PassThrough().resume();
  /** Test files in the order of their list, so that the fast ones notice most. */
  class InOrder {
    sort(specifications) {
      const place = ({ moduleId }) => tests.findIndex((path) => moduleId.startsWith(`${ROOT}${path}`));
      return specifications.toSorted((a, b) => place(a) - place(b));
    }
    shard(specifications) {
      return specifications;
    }
  }
  const common = {
    config: false,
    root: ROOT,
    watch: false,
    setupFiles: ["test/setup.ts"],
    runner: "bench/mutation/runner.mjs",
    include: ["test/**/*.test.ts"],
    exclude: ["test/full/**", "test/real/**"],
    testTimeout: 60_000,
    hookTimeout: 300_000,
    reporters: [{}],
    maxWorkers: 1,
    sequence: { sequencer: InOrder },
  };
  return await createVitest("test", { ...common, ...options }, { plugins }, { stdout: quiet(), stderr: quiet() });
}

/** The first test file that fails, with its error. */
async function runTests(vitest, paths) {
  const specifications = await vitest.globTestSpecifications(paths);
  if (specifications.length === 0) throw new Error(`no test file: ${paths.join(", ")}`);
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(specifications);
  const module = testModules.find((each) => each.state() === "failed");
  if (module === undefined) return unhandledErrors[0]?.message;
  const [test] = [...module.children.allTests("failed")];
  return `${module.relativeModuleId} ${test?.name ?? ""} ${(test?.result() ?? module).errors?.[0]?.message ?? ""}`;
}

/** Ends the process of the tests where a change does not come back, and notes the change as one that hangs. */
function watchLog(log) {
  let [size, sinceMs, hung] = [0, Date.now(), undefined];
  const timer = setInterval(() => {
    const text = readFileSync(log, "utf8");
    if (text.length !== size) [size, sinceMs] = [text.length, Date.now()];
    const last = text.trimEnd().split("\n").at(-1);
    if (!last.startsWith("tried ") || Date.now() - sinceMs < HANG_MS) return;
    hung = last.slice("tried ".length);
    appendFileSync(log, `hung ${hung}\n`);
    process.kill(
      Number(
        text
          .match(/^pid (\d+)$/gm)
          .at(-1)
          .slice(4),
      ),
      "SIGKILL",
    );
  }, 2_000);
  return { stop: () => (clearInterval(timer), hung) };
}
