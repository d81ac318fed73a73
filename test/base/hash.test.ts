import { expect, test } from "vitest";

import { fnv1a } from "../../src/base/hash.ts";

test.each([
  // IETF draft-eastlake-fnv, test vectors of 32-bit FNV-1a.
  ["", 0x811c9dc5],
  ["a", 0xe40c292c],
  ["foobar", 0xbf9cf968],
])("FNV-1a of %j is the published one", (text, hash) => {
  expect(fnv1a(text)).toBe(hash);
});
