import { describe, expect, test } from "vitest";

import { readTar } from "../../src/remote/tar.ts";
import { catchFailure } from "../catch-failure.ts";

/** An entry as POSIX lays it out: name, size in octal, kind, then the content in blocks of 512. */
function entry(name: string, content: string, kind = "0"): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write(`${content.length.toString(8).padStart(11, "0")}\0`, 124);
  header.write(kind, 156);
  return Buffer.concat([header, Buffer.from(content), Buffer.alloc((512 - (content.length % 512)) % 512)]);
}
const end = Buffer.alloc(1024);

describe("an archive", () => {
  test("gives its files", () => {
    const archive = Buffer.concat([entry("out/a.json", "{}"), entry("out/b", "x".repeat(513)), entry("c", ""), end]);
    expect(readTar(archive).map(({ name, content }) => [name, content.length])).toEqual([
      ["out/a.json", 2],
      ["out/b", 513],
      ["c", 0],
    ]);
  });

  test.each([
    ["../x", "0", "is outside the folder"],
    ["/etc/x", "0", "is outside the folder"],
    ["a/../../x", "0", "is outside the folder"],
    ["link", "2", "is not a regular file"],
  ])("with the entry %s of kind %s is refused", (name, kind, why) => {
    const failure = catchFailure(() => readTar(Buffer.concat([entry(name, "x", kind), end])));
    expect(failure.message).toContain(why);
  });

  test("that was cut off is refused", () => {
    const whole = Buffer.concat([entry("a", "x".repeat(600)), end]);
    expect(catchFailure(() => readTar(whole.subarray(0, 900))).message).toContain("is truncated");
    expect(catchFailure(() => readTar(whole.subarray(0, 1536))).message).toContain("has no end");
  });
});
