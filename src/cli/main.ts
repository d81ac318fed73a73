#!/usr/bin/env node
import { FAILURES, isSystemError } from "../base/failure.ts";
import { removeTemporaries } from "../base/temporary-file.ts";
import { reportFailure, runLine } from "./run-line.ts";

process.stdout.on("error", (error) => {
  process.exitCode = reportFailure(error, [], process);
});
process.stderr.on("error", (error) => {
  if (!isSystemError(error, "EPIPE")) process.exitCode = FAILURES.outside.exit; // nobody reads it; the work continues
});
process.on("exit", removeTemporaries); // there are none unless work was interrupted
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    if (process.listenerCount(signal) > 0) return; // the command first ends its own work
    process.stderr.write(signal === "SIGINT" ? "error: interrupted\n" : "error: stopped by SIGTERM\n");
    process.exit(FAILURES.interrupted.exit);
  });
}
process.exitCode = await runLine(process.argv.slice(2), process);
