import { Worker } from "node:worker_threads";

import { workerFile } from "./worker-file.ts";

/** Threads that answer requests. Each thread answers in the order of its requests. */
export type ThreadPool<Question, Answer> = {
  /** Sends a request to the thread with the fewest open requests. */
  ask: (question: Question) => Promise<Answer>;
  threads: number;
  /** Terminates the threads; open requests are never answered. */
  close: () => Promise<void>;
};

/** Starts threads of a worker that posts one message per request. `source` is the worker's TypeScript file. */
export function threadPool<Question, Answer>(
  source: URL,
  threads: number,
  workerData?: unknown,
): ThreadPool<Question, Answer> {
  const file = workerFile(source);
  const lanes = Array.from({ length: threads }, () =>
    lane<Question, Answer>(new Worker(file, { workerData, execArgv: [] })),
  );
  return {
    ask: (question) => lanes.reduce((idle, next) => (next.open() < idle.open() ? next : idle)).ask(question),
    threads,
    close: async () => {
      await Promise.all(lanes.map(({ close }) => close()));
    },
  };
}

/** True if this version of Node can start a worker from its file: TypeScript needs a Node that strips types. */
export function runsWorkers(): boolean {
  const runsTypeScript = "typescript" in process.features && process.features.typescript !== false;
  return runsTypeScript || !import.meta.url.endsWith(".ts");
}

type Lane<Question, Answer> = {
  open: () => number;
  ask: (question: Question) => Promise<Answer>;
  close: () => Promise<unknown>;
};

function lane<Question, Answer>(worker: Worker): Lane<Question, Answer> {
  const asked: { resolve: (answer: Answer) => void; reject: (error: unknown) => void }[] = [];
  let lost: unknown;
  worker.on("message", (answer: Answer) => asked.shift()!.resolve(answer));
  worker.on("error", (error) => {
    lost = error;
    for (const { reject } of asked.splice(0)) reject(error);
  });
  return {
    open: () => asked.length,
    ask: (question) =>
      new Promise((resolve, reject) => {
        if (lost !== undefined) {
          reject(lost);
          return;
        }
        asked.push({ resolve, reject });
        worker.postMessage(question);
      }),
    close: () => worker.terminate(),
  };
}
