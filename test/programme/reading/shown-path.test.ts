import { expect, test } from "vitest";

import { shownPath } from "../../../src/programme/reading/shown-path.ts";

test.each([
  ["/base/me/plans/p/programme.yaml", "p/programme.yaml"],
  ["/base/me/plans", "."],
  ["/base/me/plans/..notes", "..notes"],
  ["/base/me/other", "/base/me/other"],
  ["/base/me", "/base/me"],
])("%s is shown as %s from /base/me/plans", (path, shown) => {
  expect(shownPath(path, "/base/me/plans")).toBe(shown);
});
