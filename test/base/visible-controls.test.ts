import * as fc from "fast-check";
import { expect, test } from "vitest";

import { visibleControls } from "../../src/base/visible-controls.ts";

test("escapes that colour text, name a window or clear a screen are shown, not sent", () => {
  expect(visibleControls("evil\u001b[31m\u001b]0;x\u0007 \u009b2J\r\u007f")).toBe(
    "evil\\u001b[31m\\u001b]0;x\\u0007 \\u009b2J\\u000d\\u007f",
  );
  expect(visibleControls("a\tb\nc é 漢")).toBe("a\tb\nc é 漢");
});

test("JSON stays the JSON of the same value", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(JSON.parse(visibleControls(JSON.stringify(text)))).toBe(text);
    }),
  );
});
