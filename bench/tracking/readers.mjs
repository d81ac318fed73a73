// Clients that read in a thread of their own, one request after another each, until they are told to stop: what they
// receive does not delay the client that logs meanwhile, as it does not in a trainer.
import { parentPort, Worker, workerData } from "node:worker_threads";

/** Starts one client for each request; returns what stops them. */
export async function startReaders(requests) {
  const worker = new Worker(new URL(import.meta.url), { workerData: requests });
  const stopped = new Promise((resolve, reject) => worker.once("exit", resolve).once("error", reject));
  await new Promise((resolve, reject) => worker.once("message", resolve).once("error", reject));
  return async () => {
    worker.postMessage("stop");
    await stopped;
  };
}

if (parentPort !== null) {
  const stopping = new AbortController();
  parentPort.once("message", () => stopping.abort());
  const read = async ({ url, body }) => {
    const sent = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
    const response = await fetch(url, body === undefined ? {} : sent);
    const text = await response.text();
    if (response.status !== 200) throw new Error(text);
  };
  await Promise.all(workerData.map(read)); // connections are open
  parentPort.postMessage("reading");
  await Promise.all(
    workerData.map(async (request) => {
      while (!stopping.signal.aborted) await read(request);
    }),
  );
}
