import { parentPort } from "node:worker_threads";

import { removeTemporaries } from "../../../base/temporary-file.ts";
import { type ShardRunner, shardRunner } from "./shard-task.ts";
import { taskProblem, type TaskProblem, type WorkerQuestion } from "./worker-messages.ts";

// A worker of `workerPool`, a thread or a process: does one task after the other, and answers each.
const answer = (to: TaskProblem): void => {
  if (parentPort === null) process.send!(to);
  else parentPort.postMessage(to);
};
let current: { job: string; runner: Promise<ShardRunner> } | undefined;

async function onQuestion({ job, task }: WorkerQuestion): Promise<void> {
  const name = JSON.stringify(job);
  if (current?.job !== name) current = { job: name, runner: shardRunner(job) };
  try {
    const run = await current.runner;
    await run(task);
    answer({});
  } catch (error) {
    answer(taskProblem(error));
  }
}

if (parentPort === null) {
  process.on("message", (question) => void onQuestion(question as WorkerQuestion));
  process.on("exit", removeTemporaries);
  process.on("disconnect", () => process.exit(1)); // whoever started it is missing
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(1));
} else parentPort.on("message", (question: WorkerQuestion) => void onQuestion(question));
