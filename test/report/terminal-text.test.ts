import { expect, test } from "vitest";

import { terminalText } from "../../src/web/terminal-text.ts";

test("of a progress bar the last state of each line remains, without colours; Windows line ends stay lines", () => {
  const bar = "\r  0%|  | 0/30\r  3%|▏ | 1/30\r              \r{'loss': 5.1}\n";
  expect(terminalText(`loading\r\n${bar}\u001B[32mdone\u001B[0m\n`)).toBe("loading\n{'loss': 5.1}\ndone\n");
  expect(terminalText("plain\n\ntext")).toBe("plain\n\ntext");
  expect(terminalText(" 50%|▌ |\r100%|█ |\r")).toBe("100%|█ |");
});
