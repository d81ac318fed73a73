import * as fc from "fast-check";
import { expect, test } from "vitest";

import { visibleControls } from "../../src/report/visible-controls.ts";

test("escapes that colour text, name a window or clear a screen are shown, not sent", () => {
  expect(visibleControls("evil\u001b[31m\u001b]0;x\u0007 \u009b2J\r\u007f")).toBe(
    "evil\\u001b[31m\\u001b]0;x\\u0007 \\u009b2J\\u000d\\u007f",
  );
  expect(visibleControls("a\tb\nc é 漢")).toBe("a\tb\nc é 漢");
});

test("what turns the direction of text, or ends a line of it, is shown", () => {
  // CVE-2021-42574: the reader sees other words than are there.
  expect(visibleControls("user\u202e \u2066// admin\u2069 \u2066")).toBe("user\\u202e \\u2066// admin\\u2069 \\u2066");
  expect(visibleControls("a\u200eb\u200fc\u061cd\u2028e\u2029f")).toBe("a\\u200eb\\u200fc\\u061cd\\u2028e\\u2029f");
  expect(visibleControls("שלום مرحبا 👩‍🔬")).toBe("שלום مرحبا 👩‍🔬");
});

test("JSON stays the JSON of the same value", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(JSON.parse(visibleControls(JSON.stringify(text)))).toBe(text);
    }),
  );
});
