import { spawn } from "node:child_process";
import { chmod, copyFile, mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { Failure } from "../base/failure.ts";

/** Limits of a program. */
export type SandboxLimits = {
  wallSeconds: number;
  cpuSeconds: number;
  memoryBytes: number;
  /** Largest file size; all files together may take twice as much. */
  fileBytes: number;
  processes: number;
  /** Maximum size of standard output and standard error together; beyond it the program is killed. */
  outputBytes: number;
};

/** Default limits, suitable for a function and its tests. */
export const SANDBOX_LIMITS: SandboxLimits = {
  wallSeconds: 10,
  cpuSeconds: 10,
  memoryBytes: 2 ** 30,
  fileBytes: 2 ** 24,
  processes: 32,
  outputBytes: 2 ** 20,
};

/** An untrusted program. */
export type SandboxedProgram = {
  command: readonly [string, ...string[]];
  /** Files of its working folder: content by file name. */
  files: Readonly<Record<string, string>>;
  /** Folders that it may read in addition to the system folders, such as that of an interpreter. */
  folders?: readonly string[];
};

/** Result of running a program. */
export type SandboxedRun = {
  /** Exit status; null if a signal ended it. */
  exit: number | null;
  /** Reason why it was stopped from outside; null if it exited by itself. */
  stopped: "time" | "output" | null;
  stdout: string;
  stderr: string;
};

/** User and group id of an account without files (Linux Standard Base). */
const NOBODY = 65_534;

/** System paths that a program needs; those that do not exist are skipped. */
const SYSTEM = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc/ld.so.cache", "/etc/alternatives"];

const JAIL = fileURLToPath(new URL("jail.sh", import.meta.url));

/**
 * Runs an untrusted program: as an account without files, in separate user, mount, process, network and IPC namespaces,
 * on read-only system folders and a temporary work folder in memory, without capabilities, under limits of time,
 * memory, files, processes and output. Linux with util-linux. It does not protect against kernel bugs, against full use
 * of its share of the processors, or against reading world-readable files below /usr.
 *
 * @param isUnsafe run it as this account, only with the limits of time and output
 * @throws Failure outside if the kernel or the system does not support the sandbox; it never runs without one
 */
export async function runSandboxed(
  program: SandboxedProgram,
  { limits = SANDBOX_LIMITS, isUnsafe = false }: { limits?: SandboxLimits; isUnsafe?: boolean } = {},
): Promise<SandboxedRun> {
  const folder = await mkdtemp(join(await realpath(tmpdir()), "tunewright-sandbox-"));
  try {
    const [files, root] = [join(folder, "files"), join(folder, "root")];
    for (const path of [files, root]) await mkdir(path, { recursive: true, mode: 0o755 });
    for (const [name, content] of Object.entries(program.files)) {
      await mkdir(dirname(join(files, name)), { recursive: true });
      await writeFile(join(files, name), content, { mode: 0o644 });
    }
    const jail = join(folder, "jail.sh");
    await copyFile(JAIL, jail); // to a folder that the account without files can read
    await chmod(jail, 0o644);
    await chmod(folder, 0o755); // mkdtemp gives access to its owner only
    return isUnsafe
      ? await run(program.command, { cwd: files, limits })
      : await run(jailCommand(program, { jail, files, root, limits }), {
          cwd: "/",
          limits,
          paths: [...SYSTEM, ...(program.folders ?? [])].join("\n"),
        });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Checks that programs can run in a sandbox here.
 *
 * @throws Failure outside with the system's message
 */
export async function requireSandbox(): Promise<void> {
  const words = "the sandbox works";
  const tried = await runSandboxed({ command: ["echo", words], files: {} }).catch((error: unknown) => String(error));
  if (typeof tried !== "string" && tried.exit === 0 && tried.stdout.trim() === words) return;
  const why = typeof tried === "string" ? tried : tried.stderr.trim().split("\n").at(-1);
  throw new Failure("outside", `the sandbox for code cannot start: ${why === "" ? "no reason given" : why}`, {
    hint: "on Linux, install util-linux and allow user namespaces (sysctl user.max_user_namespaces); --unsafe-code runs the code of answers under your account, with all its rights",
  });
}

function jailCommand(
  { command }: SandboxedProgram,
  { jail, files, root, limits }: { jail: string; files: string; root: string; limits: SandboxLimits },
): [string, ...string[]] {
  const { cpuSeconds, memoryBytes, fileBytes, processes } = limits;
  const script = [jail, root, files, cpuSeconds, memoryBytes, fileBytes, processes].map(String);
  const namespaces = ["--user", "--map-root-user", "--mount", "--pid", "--net", "--ipc", "--uts"];
  const unshare = ["unshare", ...namespaces, "--fork", "--kill-child", "--", "sh", ...script, ...command] as const;
  if (process.getuid?.() !== 0) return [...unshare];
  return ["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups", "--", ...unshare];
}

function run(
  [program, ...args]: readonly [string, ...string[]],
  { cwd, limits, paths = "" }: { cwd: string; limits: SandboxLimits; paths?: string },
): Promise<SandboxedRun> {
  return new Promise((resolve, reject) => {
    const env = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", JAIL_PATHS: paths };
    const child = spawn(program, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"], detached: true });
    const parts: Record<"stdout" | "stderr", Buffer[]> = { stdout: [], stderr: [] };
    let [bytes, stopped] = [0, null as SandboxedRun["stopped"]];
    const kill = (why: "time" | "output"): void => {
      stopped ??= why;
      try {
        process.kill(-child.pid!, "SIGKILL");
      } catch {
        // The process has already ended.
      }
    };
    const timer = setTimeout(() => kill("time"), limits.wallSeconds * 1000);
    for (const name of ["stdout", "stderr"] as const) {
      child[name].on("data", (part: Buffer) => {
        if (bytes < limits.outputBytes) parts[name].push(part.subarray(0, limits.outputBytes - bytes));
        bytes += part.length;
        if (bytes > limits.outputBytes) kill("output");
      });
    }
    child.on("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.on("close", (exit) => {
      clearTimeout(timer);
      const text = (name: "stdout" | "stderr"): string => Buffer.concat(parts[name]).toString("utf8");
      resolve({ exit, stopped, stdout: text("stdout"), stderr: text("stderr") });
    });
  });
}
