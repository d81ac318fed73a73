import { describe, expect, test } from "vitest";

import { findFolder, folderOf } from "../../src/server/routes/folder-of.ts";
import { catchFailure } from "../catch-failure.ts";

const SERVED = { programmes: ["contracts", "support"], programmeDirs: ["a/contracts", "b/support"] };

describe("the folder of a programme on a server", () => {
  test("is found by its name; the first is the default", () => {
    expect(folderOf(SERVED)).toBe("a/contracts");
    expect(folderOf(SERVED, "support")).toBe("b/support");
    expect(findFolder(SERVED, "legal")).toBeUndefined();
  });

  test("that does not exist is refused with the names that do", () => {
    expect(catchFailure(() => folderOf(SERVED, "legal"))).toMatchObject({
      kind: "not_found",
      message: "this server has no folder of the programme legal",
      hint: "use the name of a programme folder of this server: contracts, support",
    });
    const none = { programmes: ["contracts"], programmeDirs: [] };
    expect(catchFailure(() => folderOf(none))).toMatchObject({
      hint: "start it with a programme folder: tunewright serve DIR",
    });
  });
});
