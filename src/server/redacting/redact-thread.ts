import { parentPort } from "node:worker_threads";

import { redactNow, type RedactQuestion } from "./redact-now.ts";

const port = parentPort!;
port.on("message", (question: RedactQuestion) => port.postMessage(redactNow(question)));
