import { expect, test } from "vitest";

import { redactContent } from "../../../src/programme/traces/redact-content.ts";

/** Characters between two searches of a long text. */
const PIECE = 100_000;
const MAIL = "ada.lovelace@example.com";

test("nothing is missed at the border of two pieces of a long text, wherever the border falls in it", () => {
  for (let before = 0; before <= MAIL.length; before += 6) {
    const text = `${" ".repeat(PIECE - before)}${MAIL} and ${MAIL}`;
    expect(redactContent(text).trim(), `border after ${before} characters`).toBe("<EMAIL_ADDRESS> and <EMAIL_ADDRESS>");
  }
});
