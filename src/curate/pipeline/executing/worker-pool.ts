import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";

import { Failure } from "../../../base/failure.ts";
import type { Executor } from "./executor.ts";
import { type TaskProblem, throwProblem, type WorkerQuestion } from "./worker-messages.ts";
import { workerFile } from "../../../base/worker-file.ts";

/** Attempts at a task before the loss of its worker ends the run. */
const ATTEMPTS = 3;

const file = workerFile(new URL("./shard-worker.ts", import.meta.url));

/** One worker, which runs one task at a time. */
type Lane = {
  /** Resolves with its answer, or with the reason why it was lost. */
  ask: (question: WorkerQuestion) => Promise<TaskProblem | { lost: string }>;
  close: () => Promise<void>;
};

/**
 * Workers in threads of this process or in separate processes. Each takes the next task when it has completed one; a
 * task of a lost worker is passed to a new one, up to three times.
 */
export function workerPool(kind: "threads" | "processes", workers: number): Executor {
  const start = kind === "threads" ? threadLane : processLane;
  const lanes = new Map<number, Lane>();
  const work = async (lane: number, question: WorkerQuestion): Promise<void> => {
    for (let attempt = 1; ; attempt++) {
      const worker = lanes.get(lane) ?? start();
      lanes.set(lane, worker);
      const answer = await worker.ask(question);
      if (!("lost" in answer)) return throwProblem(answer);
      lanes.delete(lane);
      if (attempt === ATTEMPTS) throw lostTask(question, answer.lost);
    }
  };
  return {
    run: async (job, tasks, onDone) => {
      const queue = [...tasks];
      const lane = async (index: number): Promise<void> => {
        for (let task = queue.shift(); task !== undefined; task = queue.shift()) {
          try {
            await work(index, { job, task });
          } catch (error) {
            queue.length = 0;
            throw error;
          }
          onDone();
        }
      };
      const ended = await Promise.allSettled(
        Array.from({ length: Math.min(workers, tasks.length) }, (_, index) => lane(index)),
      );
      for (const end of ended) if (end.status === "rejected") throw end.reason;
    },
    close: async () => {
      await Promise.all([...lanes.values()].map((lane) => lane.close()));
    },
  };
}

function threadLane(): Lane {
  const worker = new Worker(file, { execArgv: [] });
  const { ask, settle } = asking((question) => worker.postMessage(question));
  worker.on("message", settle);
  worker.on("error", (error: Error) => settle({ lost: error.message }));
  worker.on("exit", (code) => settle({ lost: `its thread ended with code ${code}` }));
  return {
    ask,
    close: async () => {
      await worker.terminate();
    },
  };
}

function processLane(): Lane {
  const child = fork(fileURLToPath(file), { execArgv: [], stdio: ["ignore", "ignore", "inherit", "ipc"] });
  const { ask, settle } = asking((question) =>
    child.send(question, (error) => error && settle({ lost: error.message })),
  );
  const ended = new Promise<void>((resolve) => {
    child.once("exit", (code, signal) => {
      settle({ lost: `its process ended with ${signal ?? `code ${code}`}` });
      resolve();
    });
    child.once("error", (error) => {
      settle({ lost: error.message });
      resolve();
    });
  });
  child.on("message", (answer) => settle(answer as TaskProblem));
  return {
    ask,
    close: async () => {
      child.kill();
      await ended;
    },
  };
}

/**
 * One question at a time: the first event that settles it is its answer. A worker that was lost earlier loses the next
 * question too.
 */
function asking(send: (question: WorkerQuestion) => void): {
  ask: Lane["ask"];
  settle: (answer: TaskProblem | { lost: string }) => void;
} {
  let resolveAsked: ((answer: TaskProblem | { lost: string }) => void) | undefined;
  let lost: { lost: string } | undefined;
  return {
    ask: (question) =>
      new Promise((resolve) => {
        if (lost !== undefined) return resolve(lost);
        resolveAsked = resolve;
        send(question);
      }),
    settle: (answer) => {
      if ("lost" in answer) lost ??= answer;
      resolveAsked?.(answer);
      resolveAsked = undefined;
    },
  };
}

function lostTask({ job, task }: WorkerQuestion, how: string): Failure {
  return new Failure(
    "outside",
    `stage ${job.item.stage}, shard ${task.shard}: its worker was lost ${ATTEMPTS} times: ${how}`,
    {
      hint: "if memory ran out, use fewer workers, then retry: finished work is kept",
    },
  );
}
