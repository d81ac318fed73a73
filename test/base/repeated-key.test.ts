import * as fc from "fast-check";
import { expect, test } from "vitest";

import { repeatedKey } from "../../src/base/repeated-key.ts";

test.each([
  ['{"a": 1, "a": 2}', { key: "a", line: 1 }],
  ['{"a": 1,\n "b": {"c": 1,\n "c": 2}}', { key: "c", line: 3 }],
  ['{"a": 1, "\\u0061": 2}', { key: "a", line: 1 }],
  ['{"a": {"b": 1}, "a": 2}', { key: "a", line: 1 }],
  ['{"a": [], "a": 2}', { key: "a", line: 1 }],
  ['{"a": "}{", "a": 2}', { key: "a", line: 1 }],
  ['{"a" :1,\n"a" :2,\n"b":3}\n', { key: "a", line: 2 }],
  ['{"a": {"a": 1}, "b": {"a": 1}}', undefined],
  ['[{"a": 1}, {"a": 2}]', undefined],
  ['{"a": "a: {\\"a\\": 1}", "b": "}{"}', undefined],
])("%s", (text, found) => {
  expect(repeatedKey(text)).toEqual(found);
});

test("what JSON.stringify writes never repeats a key", () => {
  fc.assert(
    fc.property(fc.json(), fc.boolean(), (text, wide) => {
      expect(repeatedKey(JSON.stringify(JSON.parse(text), null, wide ? 2 : 0))).toBeUndefined();
    }),
  );
});
