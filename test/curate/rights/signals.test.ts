import * as fc from "fast-check";
import { expect, test } from "vitest";

import { readSignal } from "../../../src/curate/rights/signals/read-signal.ts";
import { matchesPath } from "../../../src/curate/rights/signals/signal.ts";

const says = (kind: Parameters<typeof readSignal>[0]["kind"], text: string, path = "/a/b.html"): string =>
  readSignal({ kind, text, name: kind }, { path }).says;

test("robots.txt reserves where a crawler of training data, or every crawler, may not fetch the page", () => {
  expect(says("robots.txt", "User-agent: GPTBot\nDisallow: /")).toBe("reserved");
  expect(says("robots.txt", "User-agent: Googlebot\nUser-agent: ccbot\nDisallow: /a")).toBe("reserved");
  expect(says("robots.txt", "User-agent: *\nDisallow: /a/")).toBe("reserved");
  expect(says("robots.txt", "User-agent: Googlebot\nDisallow: /")).toBe("silent");
  expect(says("robots.txt", "User-agent: GPTBot\nDisallow:")).toBe("silent");
  expect(says("robots.txt", "")).toBe("silent");
});

test("the longest rule of robots.txt decides, and allow among rules of one length", () => {
  expect(says("robots.txt", "User-agent: GPTBot\nDisallow: /a\nAllow: /a/b")).toBe("silent");
  expect(says("robots.txt", "User-agent: GPTBot\nAllow: /a\nDisallow: /a/b.html$")).toBe("reserved");
  expect(says("robots.txt", "User-agent: GPTBot\nDisallow: /a/*\nAllow: /a/b")).toBe("silent");
  expect(says("robots.txt", "User-agent: GPTBot\nDisallow: /*.pdf$")).toBe("silent");
});

test("usage preferences of robots.txt speak of the paths that they name", () => {
  expect(says("robots.txt", "User-agent: *\nAllow: /\nContent-Signal: search=yes, ai-train=no")).toBe("reserved");
  expect(says("robots.txt", "User-agent: *\nContent-Usage: train-ai=n\nContent-Usage: /a/ train-ai=y")).toBe("open");
  expect(says("robots.txt", "Content-Signal: search=no")).toBe("silent");
});

test("letters beyond ASCII are their percent encoding, and a crawler's version is not a part of its name", () => {
  expect(says("robots.txt", "User-agent: GPTBot/1.0\nDisallow: /käse/", "/k%C3%A4se/1")).toBe("reserved");
  expect(says("robots.txt", "User-agent: GPTBot\nDisallow: /k%c3%a4se/", "/käse/1")).toBe("reserved");
  expect(says("robots.txt", "User-agent: GPTBot\nDisallow: /%61", "/a")).toBe("reserved");
});

test("of what contradicts itself the strictest counts", () => {
  expect(says("http-headers", "Content-Usage: tdm=y, train-ai=n")).toBe("reserved");
  expect(says("robots.txt", "User-agent: *\nContent-Usage: train-ai=y\nContent-Usage: train-ai=n")).toBe("reserved");
  expect(says("html", '<meta name="tdm-reservation" content="0"><meta name="robots" content="noai">')).toBe("reserved");
  expect(says("html", "<meta name=tdm-reservation  content  =  1/>")).toBe("reserved");
});

test("the evidence is the line that says so", () => {
  const text = "# ours\nUser-agent: ClaudeBot\nDisallow: /a # no";
  expect(readSignal({ kind: "robots.txt", text, name: "robots.txt" }, { path: "/a" }).evidence).toBe(
    "line 3: Disallow: /a (User-agent: ClaudeBot)",
  );
});

test("ai.txt speaks of text by its kinds of files, not of pictures", () => {
  expect(says("ai.txt", "User-Agent: *\nDisallow: *.jpg\nDisallow: *.txt", "/notes.txt")).toBe("reserved");
  expect(says("ai.txt", "User-Agent: *\nDisallow: *.jpg")).toBe("silent");
  expect(says("ai.txt", "User-Agent: *\nDisallow: /\nAllow: /a/")).toBe("open");
});

test("the first entry of tdmrep.json whose location is the page's decides", () => {
  const list =
    '[{"location":"/a/*","tdm-reservation":0},{"location":"/","tdm-reservation":1,"tdm-policy":"https://e.org/p"}]';
  expect(says("tdmrep.json", list)).toBe("open");
  expect(says("tdmrep.json", list, "/c")).toBe("reserved");
});

test.each([
  "{}",
  "not json",
  '[{"location":"/"}]',
  '[{"location":"/","tdm-reservation":2}]',
  '[{"location":"/","tdm-reservation":null}]',
  "",
])("a tdmrep.json that cannot be read is an error, for a reservation must not be lost: %s", (text) => {
  expect(() => says("tdmrep.json", text)).toThrow("tdmrep.json");
});

test("headers, meta elements and content credentials speak for one page", () => {
  expect(says("http-headers", "HTTP/1.1 200 OK\r\nTDM-Reservation: 1\r\n")).toBe("reserved");
  expect(says("http-headers", "x-robots-tag: noindex, noai")).toBe("reserved");
  expect(says("http-headers", "Content-Usage: train-ai=y")).toBe("open");
  expect(says("http-headers", "Server: x")).toBe("silent");
  expect(says("html", '<head><meta content="1" name="tdm-reservation"></head>')).toBe("reserved");
  expect(says("html", "<meta name='robots' content='noai, noimageai'>")).toBe("reserved");
  expect(says("html", '<meta name="robots" content="index">')).toBe("silent");
  const claim = (use: string): string =>
    JSON.stringify({
      assertions: [{ label: "cawg.training-mining", data: { entries: { "cawg.ai_training": { use } } } }],
    });
  expect(says("c2pa.json", claim("notAllowed"))).toBe("reserved");
  expect(says("c2pa.json", claim("constrained"))).toBe("constrained");
  expect(says("c2pa.json", claim("allowed"))).toBe("open");
  expect(says("c2pa.json", claim("not_allowed"))).toBe("constrained"); // no word of the specification
  expect(says("llms.txt", "# Title\n> Do not train on this")).toBe("silent");
});

test("any text is read in bounded time", () => {
  const long = "User-agent: GPTBot\nDisallow: /*a*a*a*a*a*a*b$\n".repeat(8000);
  expect(says("robots.txt", long, `/${"a".repeat(2000)}`)).toBe("silent");
  expect(says("html", "<meta ".repeat(100_000))).toBe("silent");
  expect(says("http-headers", `x-${"a-".repeat(100_000)}`)).toBe("silent");
  fc.assert(
    fc.property(
      fc.constantFrom("robots.txt", "ai.txt", "http-headers", "html", "llms.txt"),
      fc.string(),
      (kind, text) => {
        expect(["reserved", "open", "silent"]).toContain(says(kind, text));
      },
    ),
  );
});

test("a pattern without stars matches what begins with it", () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z/]*$/), fc.stringMatching(/^[a-z/]*$/), (start, rest) => {
      expect(matchesPath(start, start + rest)).toBe(true);
      expect(matchesPath(`${start}$`, start + rest)).toBe(rest === "");
      expect(matchesPath(`${start}*${rest}$`, `${start}x${rest}`)).toBe(true);
    }),
  );
});
