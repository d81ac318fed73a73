import { setPriority } from "node:os";
import { parentPort, workerData } from "node:worker_threads";

import { allPrices } from "../../catalog/prices.ts";
import { openReadStore } from "../../store/open-read-store.ts";
import { ArtifactFiles } from "../../track/artifact-files.ts";
import { PollActivity } from "../../track/poll-activity.ts";
import { createReadApp } from "../api-routes.ts";
import { Access } from "../access/access.ts";
import { Redactor } from "../redacting/redactor.ts";
import { RunEvents } from "../run-events.ts";
import type { ReadAnswer, ReadQuestion, ReadThreadData } from "./read-question.ts";

/** Lower than that of the thread that writes: a trainer waits for its writes. */
const PRIORITY = 10;
if (process.platform === "linux") setPriority(PRIORITY); // of this thread; elsewhere it would be that of the process

const port = parentPort!;
const { location, prices, ...given } = workerData as ReadThreadData;
const store = await openReadStore(location);
const log: string[] = [];
const app = createReadApp({
  ...given,
  store,
  artifacts: new ArtifactFiles(location.dataDir),
  polls: new PollActivity(store),
  events: new RunEvents(),
  redactor: new Redactor({ hasThread: false }),
  // whoever asks was let through before the question came here
  access: new Access(store, { now: () => new Date(), ownerToken: "", isPrivate: true }),
  now: () => new Date(),
  env: {}, // what these threads answer starts nothing
  pricesOf: (programme) => prices[programme] ?? allPrices(),
  mail: { smtpUrl: undefined, from: "" },
  hosts: [],
  log: (line) => log.push(line),
});

async function answer({ url, method, headers, body, caller }: ReadQuestion): Promise<ReadAnswer> {
  const request = new Request(url, { method, headers, ...(body === null ? {} : { body }) });
  const response = await app.fetch(request, { caller });
  return {
    status: response.status,
    headers: [...response.headers],
    body: await response.arrayBuffer(),
    log: log.splice(0),
  };
}

async function post(answered: Promise<ReadAnswer>, before: Promise<void>): Promise<void> {
  await before;
  const found = await answered;
  port.postMessage(found, [found.body]);
}

// answers are posted in the order of the questions, although PostgreSQL may find them in another
let last: Promise<void> = Promise.resolve();
port.on("message", (question: ReadQuestion) => {
  last = post(answer(question), last);
});
