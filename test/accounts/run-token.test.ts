import fc from "fast-check";
import { expect, test } from "vitest";

import { runOfToken, runToken } from "../../src/accounts/run-token.ts";

const RUN = "0123456789abcdef0123456789abcdef";

test("a token of a run names it until it expires, and only to the server that signed it", () => {
  const token = runToken("secret", { runId: RUN, expiresMs: 2000 });
  expect(runOfToken("secret", token, 1999)).toBe(RUN);
  expect(runOfToken("secret", token, 2000)).toBeUndefined();
  expect(runOfToken("another", token, 1999)).toBeUndefined();
  expect(token).not.toContain("secret");
});

test("a token that was changed in any place is none", () => {
  const token = runToken("secret", { runId: RUN, expiresMs: 2_000_000 });
  fc.assert(
    fc.property(
      fc.nat({ max: token.length - 1 }),
      fc.constantFrom("0", "9", "a", "f", "_", "-", "Z", "."),
      (place, letter) => {
        const changed = token.slice(0, place) + letter + token.slice(place + 1);
        // the last letter of base64 has two bits that say nothing
        fc.pre(changed.slice(0, -1) !== token.slice(0, -1));
        expect(runOfToken("secret", changed, 1000)).toBeUndefined();
      },
    ),
    { seed: 17 },
  );
  for (const text of ["", "tw_run", `${token}x`, `x${token}`, token.replace(RUN, RUN.slice(1))]) {
    expect(runOfToken("secret", text, 1000)).toBeUndefined();
  }
});
