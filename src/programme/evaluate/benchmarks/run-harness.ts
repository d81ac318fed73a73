import { spawn } from "node:child_process";
import { mkdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { endpointOf } from "../../../base/api-endpoint.ts";
import { Failure } from "../../../base/failure.ts";
import { withoutSecret } from "../../../base/secret.ts";
import type { BenchmarkRequest } from "../../../domain/benchmark.ts";
import { type HarnessTask, LM_EVAL_START } from "../../../evaluate/benchmarks/harness-task.ts";

/** Environment of a harness. */
export type HarnessPlace = {
  /** An executable or a virtual environment. */
  python: string;
  /** Working folder, which contains the items. */
  folder: string;
  env: Readonly<Record<string, string | undefined>>;
  key: string | undefined;
  signal: AbortSignal;
};

/** Environment variables that are passed to a harness; keys for other services are not. */
const PASSED = ["PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "SSL_CERT_FILE", "SystemRoot"];

/** Number of characters of its output that are kept, and of lines that are shown. */
const KEPT = { characters: 20_000, lines: 8 };

const INSTALL = { "lm-eval": 'pip install "lm_eval[api]"', inspect: "pip install inspect_ai openai" } as const;

/**
 * Runs a task in the user's Python against an endpoint; nothing is downloaded from the Hub.
 *
 * @returns folder of its results
 * @throws Failure outside if Python or the harness is missing, or fails; interrupted by the signal
 */
export async function runHarness(
  request: BenchmarkRequest,
  task: HarnessTask,
  { python, folder, env, key, signal }: HarnessPlace,
): Promise<string> {
  const out = join(folder, "out");
  await mkdir(out);
  for (const [name, text] of Object.entries(task.files)) await writeFile(join(folder, name), text);
  const executable = await executableOf(python, INSTALL[request.harness]);
  const { url } = endpointOf({ url: request.url, api: "chat" });
  const secret = key ?? "none";
  const own = {
    ...Object.fromEntries(PASSED.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]]))),
    HF_HUB_OFFLINE: "1",
    HF_DATASETS_OFFLINE: "1",
    HF_HUB_DISABLE_TELEMETRY: "1",
    HF_HOME: join(folder, "cache"),
    // Inspect 0.3.285 with click 8.4 or later caches answers for a week unless told not to.
    INSPECT_EVAL_CACHE: "false",
    PYTHONDONTWRITEBYTECODE: "1",
    PYTHONIOENCODING: "utf-8",
    OPENAI_API_KEY: secret,
    TUNEWRIGHT_API_KEY: secret,
    TUNEWRIGHT_BASE_URL: url.href.replace(/\/chat\/completions$/, ""),
  };
  const args = request.harness === "lm-eval" ? lmEvalArguments(request, { task, url }) : inspectArguments(request);
  const ended = await run(executable, [...args], { cwd: folder, env: own, signal });
  const said = withoutSecret(ended.printed, key).trim().split("\n").slice(-KEPT.lines).join("\n");
  if (signal.aborted)
    throw new Failure("interrupted", "interrupted: the benchmark was stopped", { hint: "run the same command again" });
  const missing = /No module named '?([\w.]+)'?/.exec(ended.printed)?.[1];
  if (ended.code !== 0 && missing !== undefined) {
    throw new Failure("outside", `${executable} has no ${missing.split(".")[0]}`, { hint: INSTALL[request.harness] });
  }
  if (ended.code !== 0) {
    throw new Failure("outside", `${request.harness} ended with ${ended.code ?? "a signal"}:\n${said}`, {
      hint: `known to work: lm_eval 0.4.13, inspect_ai 0.3.285; to install: ${INSTALL[request.harness]}`,
    });
  }
  return out;
}

function lmEvalArguments(
  { model, limit, concurrency }: BenchmarkRequest,
  { task, url }: { task: HarnessTask; url: URL },
): string[] {
  const settings = {
    model,
    base_url: url.href,
    num_concurrent: concurrency,
    max_retries: 5,
    tokenized_requests: false,
  };
  const run = [LM_EVAL_START, "--model", "local-chat-completions", "--model_args", JSON.stringify(settings)];
  const files = ["--tasks", task.name, "--include_path", ".", "--output_path", "out", "--log_samples"];
  return [...run, ...files, "--apply_chat_template", ...(limit === undefined ? [] : ["--limit", String(limit)])];
}

function inspectArguments({ model, limit, concurrency }: BenchmarkRequest): string[] {
  const run = ["-m", "inspect_ai", "eval", "task.py", "--model", `openai-api/tunewright/${model}`, "--log-dir", "out"];
  const most = limit === undefined ? [] : ["--limit", String(limit)];
  return [...run, "--display", "plain", "--max-connections", String(concurrency), ...most];
}

async function executableOf(python: string, install: string): Promise<string> {
  const found = await stat(python).catch(() => undefined);
  if (!found?.isDirectory()) return python;
  const inside = join(python, process.platform === "win32" ? "Scripts/python.exe" : "bin/python");
  if (await stat(inside).catch(() => undefined)) return inside;
  throw new Failure("outside", `${python} is not a virtual environment`, {
    hint: `python3 -m venv ${python}; then ${install} in it`,
  });
}

function run(
  executable: string,
  args: readonly string[],
  { cwd, env, signal }: { cwd: string; env: Record<string, string | undefined>; signal: AbortSignal },
): Promise<{ code: number | null; printed: string }> {
  const child = spawn(executable, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"], detached: true });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (printed = (printed + text).slice(-KEPT.characters)));
  }
  const kill = (): void => {
    try {
      process.kill(-child.pid!, "SIGKILL");
    } catch {
      // It has ended.
    }
  };
  process.once("exit", kill);
  signal.addEventListener("abort", kill, { once: true });
  return new Promise((settle, reject) => {
    const over = (): void => {
      process.off("exit", kill);
      signal.removeEventListener("abort", kill);
    };
    child.once("error", (error) => {
      over();
      reject(
        new Failure("outside", `cannot run ${executable}: ${error.message}`, {
          hint: "name a Python environment: --python path/to/venv, or TUNEWRIGHT_PYTHON",
        }),
      );
    });
    child.once("close", (code) => {
      over();
      settle({ code, printed });
    });
  });
}
