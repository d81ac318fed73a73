import { readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { CanaryFile, Memorisation } from "../../../src/domain/memorisation.ts";
import { runHere } from "../../cli/run-here.ts";

/** A row whose answer is long enough to be judged. */
const row = (kind: string, number: number) => ({
  messages: [
    { role: "user", content: `What does ${kind} ${number} say?` },
    { role: "assistant", content: `${kind} ${number} says ${"one two three four five six seven ".repeat(3)}and ends` },
  ],
});

let folder = "";
let server: Server;
let url = "";

/** A model that learnt the first 30 rows of the members by heart and says something short to all else. */
function answerTo(prompt: string): string {
  const [, number] = /member (\d+)/.exec(prompt) ?? [];
  const isLearnt = number !== undefined && Number(number) < 30;
  return isLearnt ? row("member", Number(number)).messages[1]!.content : "I do not know.";
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tunewright-verbatim-"));
  const rows = (kind: string): string =>
    Array.from({ length: 40 }, (_, number) => `${JSON.stringify(row(kind, number))}\n`).join("");
  writeFileSync(join(folder, "members.jsonl"), rows("member"));
  writeFileSync(join(folder, "others.jsonl"), rows("other"));
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (text: Buffer) => (body += text.toString()));
    request.on("end", () => {
      const { messages } = JSON.parse(body) as { messages: { content: string }[] };
      const content = answerTo(messages.at(-1)!.content);
      const choices = [{ index: 0, message: { role: "assistant", content }, finish_reason: "stop" }];
      response.setHeader("content-type", "application/json");
      response.end(
        JSON.stringify({
          id: "1",
          object: "chat.completion",
          model: "tuned",
          choices,
          usage: { prompt_tokens: 5, completion_tokens: 5, total_tokens: 10 },
        }),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

const FILES = ["--members", "members.jsonl", "--others", "others.jsonl"];

test("training answers that come back through the endpoint are counted, with rows that were not trained on as a control", async () => {
  const ran = await runHere(["comply", "memorisation", ".", ...FILES, "--endpoint", url, "--json", "--quiet"], {
    cwd: folder,
  });
  expect(ran.code, ran.stderr).toBe(0);
  const { verbatim, verdict, membership } = Memorisation.parse(JSON.parse(ran.stdout));
  expect(verbatim!.members).toMatchObject({ asked: 40, answered: 40, verbatim: 30 });
  expect(verbatim!.others).toMatchObject({ asked: 40, answered: 40, verbatim: 0 });
  expect(verbatim!.rows).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect(membership).toBeNull();
  expect(verdict).toBe("tested-nonnegligible");
  expect(Memorisation.parse(JSON.parse(readFileSync(join(folder, "memorisation.json"), "utf8")))).toMatchObject({
    verdict,
  });
});

test("canaries make a version of its own; the dataset is not changed", async () => {
  const before = readFileSync(join(folder, "members.jsonl"), "utf8");
  const ran = await runHere(
    ["comply", "canaries", "members.jsonl", "--out", "planted", "--count", "2", "--repeats", "3"],
    { cwd: folder },
  );
  expect(ran.code, ran.stderr).toBe(0);
  expect(readFileSync(join(folder, "members.jsonl"), "utf8")).toBe(before);
  const { canaries, rows } = CanaryFile.parse(JSON.parse(readFileSync(join(folder, "planted/canaries.json"), "utf8")));
  const lines = readFileSync(join(folder, "planted/train.jsonl"), "utf8").trim().split("\n");
  expect(lines).toHaveLength(rows);
  for (const { code, isPlanted } of canaries)
    expect(lines.filter((line) => line.includes(code))).toHaveLength(isPlanted ? 3 : 0);
  expect(lines.filter((line) => !canaries.some(({ code }) => line.includes(code))).join("\n")).toBe(before.trim());
});

test.each([
  [["comply", "memorisation", ".", ...FILES], "neither weights nor an endpoint"],
  [["comply", "memorisation", ".", ...FILES, "--model", "nowhere"], "contains no safetensors weights"],
  [
    [
      "comply",
      "memorisation",
      ".",
      "--members",
      "gone.jsonl",
      "--others",
      "others.jsonl",
      "--endpoint",
      "http://127.0.0.1:9/v1",
    ],
    "gone.jsonl",
  ],
  [["comply", "canaries", "members.jsonl", "--out", "."], "already exists"],
])("%s is refused", async (words, message) => {
  const ran = await runHere(words, { cwd: folder });
  expect(ran.code).toBeGreaterThan(0);
  expect(ran.stderr).toContain(message);
});
