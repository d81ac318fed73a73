import { parentPort, workerData } from "node:worker_threads";

import { piiStage } from "../pii-stage.ts";
import { customRecognisers } from "../recognisers/custom-recogniser.ts";
import { redactSetup } from "./redact-setup.ts";
import type { RedactTask, RedactThreadSetup } from "./redact-thread-setup.ts";

// A thread of `redactPool`: takes rows, gives back what the stage made of them, in the same order.
const { options, recognition, keySource } = workerData as RedactThreadSetup;
const own = options.recognisers === undefined ? undefined : customRecognisers(options.recognisers);
const setup = { ...redactSetup(options, keySource), recognition: { ...recognition, custom: own } };

let last: Promise<void> = Promise.resolve();
parentPort!.on("message", ({ rows, classes }: RedactTask) => {
  last = last.then(async () => parentPort!.postMessage(await piiStage.run(rows, { ...setup, classes })));
});
