import { expect, test } from "vitest";

import { logText } from "../../src/programme/training/training-text.ts";
import { terminalText } from "../../src/report/terminal-text.ts";

test("of a progress bar the last state of each line remains, without colours; Windows line ends stay lines", () => {
  const bar = "\r  0%|  | 0/30\r  3%|▏ | 1/30\r              \r{'loss': 5.1}\n";
  expect(terminalText(`loading\r\n${bar}\u001B[32mdone\u001B[0m\n`)).toBe("loading\n{'loss': 5.1}\ndone\n");
  expect(terminalText("plain\n\ntext")).toBe("plain\n\ntext");
  expect(terminalText(" 50%|▌ |\r100%|█ |\r")).toBe("100%|█ |");
});

test("train logs shows a log in this way", () => {
  const log = { job: "j", attempts: [1], attempt: 1, isCut: false };
  const bar = (step: number): string => `\r 10%|#   | ${step}/30 [00:08<26:11]`;
  expect(logText({ ...log, text: `${bar(3)}\r      \r{'loss': '5.2'}\n${bar(4)}\n\n` })).toBe(
    "{'loss': '5.2'}\n 10%|#   | 4/30 [00:08<26:11]",
  );
  expect(logText({ ...log, text: "" })).toBe("nothing was written yet");
});
