import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { atomicWrite } from "../../../base/atomic-write.ts";
import { removeTemporaries } from "../../../base/temporary-file.ts";
import { shardRunner } from "./shard-task.ts";
import { type BatchFile, taskProblem } from "./worker-messages.ts";

// A worker of `batchExecutor`, on a machine of a cluster: node shard-batch.js TASKS.json INDEX
process.on("exit", removeTemporaries);
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(1)); // Slurm ends a job so
const [path, index] = [process.argv[2]!, Number(process.argv[3])];
const { job, tasks, batches } = JSON.parse(await readFile(path, "utf8")) as BatchFile;
try {
  const run = await shardRunner(job);
  for (const [number, task] of tasks.entries()) if (number % batches === index) await run(task);
} catch (error) {
  await atomicWrite(join(dirname(path), `problem-${index}.json`), JSON.stringify(taskProblem(error)));
  process.exitCode = 1;
}
