import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** Answers one request of the completions APIs; `nth` counts them from 0. */
export type Answering = (response: ServerResponse, nth: number, body: Record<string, unknown>) => void;

/** An endpoint of this process, and every body that it was sent. */
export type TestEndpoint = {
  url: string;
  bodies: Record<string, unknown>[];
  headers: IncomingMessage["headers"][];
  close: () => Promise<void>;
};

/** An event with a chunk of text. */
export const chunk = (content: string): string => event({ choices: [{ index: 0, delta: { content } }] });

/** Any object as an event. */
export const event = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`;

export const ROLE = event({ choices: [{ index: 0, delta: { role: "assistant", content: "" } }] });
export const STOP = event({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }] });
export const DONE = "data: [DONE]\n\n";

/** The usage at the end of a stream. */
export const usage = (input: number, output: number, cached?: number): string =>
  event({
    choices: [],
    usage: {
      prompt_tokens: input,
      completion_tokens: output,
      ...(cached === undefined ? {} : { prompt_tokens_details: { cached_tokens: cached } }),
    },
  });

/** A stream of events, written at once. */
export function stream(response: ServerResponse, ...events: readonly string[]): void {
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.end(events.join(""));
}

/** A good answer of a few tokens. */
export const good: Answering = (response) => stream(response, ROLE, chunk("a"), chunk("b"), STOP, usage(7, 2), DONE);

/** Lets this process read what a killed client had sent, however late this process runs. */
export async function readWhatWasSent(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await sleep(1);
}

/** Starts an endpoint with one model, `stub`, on a free port of this machine. */
export async function startEndpoint(answering: Answering): Promise<TestEndpoint> {
  const bodies: Record<string, unknown>[] = [];
  const headers: IncomingMessage["headers"][] = [];
  const server = createServer((request, response) => {
    if (request.method === "GET") {
      const found = request.url === "/v1/models" ? { data: [{ id: "stub", owned_by: "somebody" }] } : {};
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(found));
      return;
    }
    let text = "";
    request.setEncoding("utf8").on("data", (part: string) => (text += part));
    request.on("end", () => {
      const body = JSON.parse(text) as Record<string, unknown>;
      bodies.push(body);
      headers.push(request.headers);
      answering(response, bodies.length - 1, body);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    bodies,
    headers,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
