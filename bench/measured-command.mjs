// Runs a command of this build as a process of its own and says what it took.
import { spawnSync } from "node:child_process";
import { existsSync, openSync } from "node:fs";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));

/** The child reports its own resources when it ends. */
const REPORT =
  "process.on('exit', () => { const { userCPUTime: u, systemCPUTime: s, maxRSS } = process.resourceUsage(); process.stderr.write('\\nusage ' + JSON.stringify({ cpuSec: (u + s) / 1e6, peakMb: (maxRSS * 1024) / 1e6 }) + '\\n'); })";

/**
 * Runs a command. CPU seconds and peak memory are of the process with all its threads; `out` names a file for its
 * output, which is otherwise returned.
 *
 * @returns wall and CPU seconds, the peak of the resident set in MB, and the output
 */
export function measuredCommand(words, { cwd = ".", out, isOk = (status) => status === 0 } = {}) {
  if (!existsSync(MAIN)) throw new Error("no dist/: run npm run build first");
  const started = performance.now();
  const { status, stderr, stdout } = spawnSync(
    process.execPath,
    ["--import", `data:text/javascript,${encodeURIComponent(REPORT)}`, MAIN, ...words],
    {
      cwd,
      encoding: "utf8",
      maxBuffer: 2 ** 28,
      stdio: ["ignore", out === undefined ? "pipe" : openSync(out, "w"), "pipe"],
    },
  );
  if (!isOk(status)) throw new Error(`${words.join(" ")}: ${stderr.slice(-2000)}`);
  const wallSec = (performance.now() - started) / 1000;
  return { stdout, wallSec, ...JSON.parse(/usage (.*)$/m.exec(stderr)[1]) };
}
