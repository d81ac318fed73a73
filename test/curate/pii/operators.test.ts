import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";

import { applied, type OperatorContext } from "../../../src/curate/pii/operators/apply-operator.ts";
import { writtenDate } from "../../../src/curate/pii/operators/date-parts.ts";
import { generalised } from "../../../src/curate/pii/operators/generalise.ts";
import { nerSidecar, pieces } from "../../../src/curate/pii/operators/ner-sidecar.ts";
import { recognitionOf, SAFE_HARBOR } from "../../../src/curate/pii/operators/profiles.ts";
import { readRedactionKey, redactionKey } from "../../../src/curate/pii/operators/redaction-key.ts";
import { seal, unseal } from "../../../src/curate/pii/operators/seal.ts";
import { piiStage } from "../../../src/curate/pii/pii-stage.ts";
import { knownEntities } from "../../../src/curate/pii/recognisers/recogniser-facts.ts";
import type { CuratedRow } from "../../../src/curate/stage.ts";
import { RedactOptions } from "../../../src/domain/redact.ts";

const KEY = redactionKey(new Uint8Array(32).fill(7));
const CONTEXT: OperatorContext = { key: KEY, person: "p1", dateOrder: "mdy" };

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "pii-"));
  folders.push(path);
  return path;
}

function rowsOf(texts: readonly string[]): CuratedRow[] {
  return texts.map((text, index) => ({ id: `r${index}`, source: "s", line: index + 1, fields: { text } }));
}

async function redacted(
  texts: readonly string[],
  given: Partial<RedactOptions> = {},
): Promise<{ texts: string[]; dropped: number; notes: unknown[] }> {
  const options = RedactOptions.parse(given);
  const setup = { options, recognition: recognitionOf(options), key: KEY };
  const { kept, dropped, notes } = await piiStage.run(rowsOf(texts), setup);
  return { texts: kept.map(({ fields }) => fields["text"] as string), dropped: dropped.length, notes };
}

describe("the key", () => {
  test("is made with mode 600, read again, and shown in nothing but its id", () => {
    const path = join(folder(), "key");
    const made = readRedactionKey(path, {})!;
    expect(made.isNew).toBe(true);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const again = readRedactionKey(path, {})!;
    expect(again).toMatchObject({ isNew: false, key: { id: made.key.id } });
    expect(readFileSync(path, "utf8")).not.toContain(made.key.id);
  });

  test("is refused where others may read it, and where it is none, without a word of it", () => {
    const path = join(folder(), "key");
    readRedactionKey(path, {});
    chmodSync(path, 0o644);
    expect(() => readRedactionKey(path, {})).toThrow(/others can read it/);
    expect(() => readRedactionKey(undefined, { TUNEWRIGHT_REDACTION_KEY: "secret" })).toThrow(/^(?!.*secret)/);
    expect(readRedactionKey(undefined, { TUNEWRIGHT_REDACTION_KEY: "0a".repeat(32) })?.key.id).toMatch(
      /^[0-9a-f]{16}$/,
    );
  });
});

describe("operators", () => {
  test("do what they are named for", () => {
    const value = { type: "PERSON", value: "Ann Lee" };
    expect(applied("replace", value, CONTEXT)).toBe("<PERSON>");
    expect(applied("redact", value, CONTEXT)).toBe("");
    expect(applied("mask", value, CONTEXT)).toBe("*** ***");
    expect(applied("hash", value, CONTEXT)).toMatch(/^<PERSON:[0-9a-f]{16}>$/);
    expect(applied("keep", value, CONTEXT)).toBe("Ann Lee");
  });

  test("hashes are those of the key: another key has others", () => {
    const value = { type: "US_SSN", value: "078-05-1120" };
    const other = { ...CONTEXT, key: redactionKey(new Uint8Array(32).fill(8)) };
    expect(applied("hash", value, CONTEXT)).toBe(applied("hash", value, CONTEXT));
    expect(applied("hash", value, other)).not.toBe(applied("hash", value, CONTEXT));
  });

  test("what is sealed is opened by its key alone, and not once it was changed", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 200, unit: "grapheme" }), (value) => {
        const sealed = seal(KEY, "PERSON", value);
        expect(unseal(KEY, `a ${sealed} b`)).toEqual({ text: `a ${value} b`, opened: 1, closed: 0 });
        expect(unseal(redactionKey(new Uint8Array(32).fill(9)), sealed)).toEqual({
          text: sealed,
          opened: 0,
          closed: 1,
        });
        const changed = sealed.replace(/.(?=>$)/, (letter) => (letter === "A" ? "Q" : "A"));
        expect(unseal(KEY, changed).opened).toBe(0);
      }),
      { numRuns: 50 },
    );
  });

  test("dates of one person move alike, in the way they were written, and never stand still", () => {
    const moved = (value: string, person = "p1") =>
      applied("date-shift", { type: "DATE_TIME", value }, { ...CONTEXT, person });
    const days = (text: string) => Date.parse(`${text}T00:00:00Z`) / 86_400_000;
    expect(days(moved("2020-03-10")) - days(moved("2020-03-01"))).toBe(9);
    expect(moved("2020-03-01")).not.toBe("2020-03-01");
    expect(moved("03/01/2020")).toMatch(/^\d\d\/\d\d\/\d{4}$/);
    expect(moved("4 March 2020")).toMatch(/^\d{1,2} [A-Z][a-z]+ \d{4}$/);
    expect(moved("last Tuesday")).toBe("<DATE_TIME>");
    expect(new Set(["p1", "p2", "p3", "p4"].map((person) => moved("2020-03-01", person))).size).toBeGreaterThan(2);
    expect(writtenDate("31/12/2020", "mdy")).toMatchObject({ day: 31, month: 12 });
    expect(writtenDate("2020-02-30", "mdy")).toBeUndefined();
  });

  test.each([
    ["ZIP_CODE", "78701", "787**"],
    ["ZIP_CODE", "03601", "000**"],
    ["ZIP_CODE", "10110", "101**"],
    ["ZIP_CODE", "102", undefined],
    ["AGE", "89", "89"],
    ["AGE", "90", "90+"],
    ["AGE", "104", "90+"],
    ["DATE_TIME", "03/04/2019", "2019"],
    ["DATE_TIME", "May 4", undefined],
    ["LOCATION", "Texas", "Texas"],
    ["LOCATION", "España", "España"],
    ["LOCATION", "Springfield", undefined],
    ["LOCATION", "Austin, TX 78701", "TX 787**"],
  ])("generalise %s %s to %s", (type, value, wanted) => {
    expect(generalised(type, value)).toBe(wanted);
  });
});

describe("the stage", () => {
  test("redacts a value wherever it stands in the row, also where nothing says what it is", async () => {
    const { texts } = await redacted(["My name is Rebecca Thornton. thornton asked; later REBECCA slept."]);
    expect(texts).toEqual(["My name is <PERSON>. <PERSON> asked; later <PERSON> slept."]);
  });

  test("drops a row whose value stands in a field that was not to be looked at", async () => {
    const options = RedactOptions.parse({ textField: "text" });
    const rows = [
      { id: "r", source: "s", line: 1, fields: { text: "My name is Rebecca Thornton.", file: "thornton.pdf" } },
    ];
    const { kept, dropped } = await piiStage.run(rows, { options, recognition: recognitionOf(options), key: KEY });
    expect(kept).toEqual([]);
    expect(dropped).toMatchObject([{ reason: "leak", row: { fields: { text: "My name is <PERSON>." } } }]);
  });

  test("drops a row whose value stands elsewhere as a number or as the name of a field", async () => {
    const options = RedactOptions.parse({});
    const setup = { options, recognition: recognitionOf(options), key: KEY };
    const text = "pay with 4111 1111 1111 1111, or write to ann@example.org";
    for (const other of [{ card: 4111111111111111 }, { deep: [{ "ann@example.org": 1 }] }]) {
      const { kept, dropped } = await piiStage.run([{ ...rowsOf([text])[0]!, fields: { text, ...other } }], setup);
      expect([kept.length, dropped.map(({ reason }) => reason)]).toEqual([0, ["leak"]]);
    }
  });

  test("finds a value again in a text with a letter whose small form is longer", async () => {
    const { texts } = await redacted([
      "My SSN is 536-22-8145. \u0130zmir, ref 536-22-8145x or (536-22-8145)",
      "\u0130",
    ]);
    expect(texts[0]).not.toMatch(/\(536/);
    const name = await redacted(["\u0130stanbul: my name is Rebecca Thornton. THORNTON left."]);
    expect(name.texts.join()).not.toMatch(/THORNTON/);
  });

  test("gives the same rows in any shards", async () => {
    const texts = [
      "Call Olga Petrov at 555-867-5309.",
      "Dr. Petrov lives in Madrid.",
      "born 2001-02-03, SSN 078-05-1120",
    ];
    const given: Partial<RedactOptions> = { operators: { "*": "surrogate" }, onLeak: "keep" };
    const whole = await redacted(texts, given);
    const options = RedactOptions.parse(given);
    const setup = { options, recognition: recognitionOf(options), key: KEY };
    const single: string[] = [];
    for (const row of rowsOf(texts).toReversed()) {
      const { kept } = await piiStage.run([row], setup);
      single.unshift(kept[0]!.fields["text"] as string);
    }
    expect(single).toEqual(whole.texts);
  });

  test("has no value of the row in its notes", async () => {
    const { notes } = await redacted(["My name is Rebecca Thornton, 078-05-1120, rebecca@thornton.org"], {
      onLeak: "keep",
    });
    expect(JSON.stringify(notes)).not.toMatch(/ebecca|hornton|078|1120/);
  });

  test("under hipaa leaves year, state and age alone, and takes the rest", async () => {
    const { texts } = await redacted(["Seen on 03/04/2019 in Texas, aged 93, MRN: 4471882, jane@clinic.org"], {
      profile: "hipaa",
      onLeak: "keep",
    });
    expect(texts[0]).toContain("Seen on 2019 in Texas, aged 90+");
    expect(texts[0]).not.toMatch(/4471882|jane@/);
  });
});

test("every entity of Safe Harbor has a recogniser, but for the two that are not text", () => {
  const known = knownEntities();
  for (const [letter, , entities] of SAFE_HARBOR) {
    if (letter === "P" || letter === "Q") continue;
    expect(entities.length, letter).toBeGreaterThan(0);
    expect(
      entities.filter((entity) => !known.includes(entity)),
      letter,
    ).toEqual([]);
  }
  expect(SAFE_HARBOR).toHaveLength(18);
});

/** Answers until nobody reads any more. */
function endless(response: ServerResponse): void {
  const more = (): void => {
    if (response.destroyed) return;
    response.write(Buffer.alloc(2 ** 18, " "), () => setImmediate(more));
  };
  more();
}

describe("a model elsewhere", () => {
  test("sees every part of a text, with offsets of the whole", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 30, unit: "grapheme" }), { maxLength: 300 }), (words) => {
        const text = words.join(" ");
        const parts = pieces(text);
        let covered = 0;
        for (const { start, end } of parts) {
          expect(start).toBeLessThanOrEqual(covered);
          expect(end - start).toBeLessThanOrEqual(1000);
          covered = Math.max(covered, end);
        }
        expect(covered).toBe(text.length);
      }),
      { numRuns: 100 },
    );
  });

  test("is asked again where it fails, counts code points as it does, and fails the run where it never answers", async () => {
    let calls = 0;
    const server = createServer((request, response) => {
      calls += 1;
      let body = "";
      request.on("data", (part: Buffer) => (body += part.toString()));
      request.on("end", () => {
        if (request.url === "/page") return response.end("Ann Smith");
        if (request.url === "/moved") return response.writeHead(307, { location: "/analyze" }).end();
        if (request.url === "/endless") return endless(response);
        if (request.url === "/down" || calls % 3 === 0) return response.writeHead(500).end();
        const characters = Array.from((JSON.parse(body) as { text: string }).text);
        const at = characters.join("").includes("Zog")
          ? characters.findIndex((_, index) => characters.slice(index, index + 3).join("") === "Zog")
          : -1;
        return response.end(
          JSON.stringify(at < 0 ? [] : [{ start: at, end: at + 3, entity_type: "PERSON", score: 0.9 }]),
        );
      });
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      const ask = nerSidecar({ url: `${url}/analyze`, language: "en", tries: 3, timeoutMs: 5000 });
      const text = `${"😀 word ".repeat(300)}Zog ${"more ".repeat(300)}`;
      expect((await ask([text])).flat()).toEqual([
        { start: text.indexOf("Zog"), end: text.indexOf("Zog") + 3, type: "PERSON", score: 0.9, by: "ner-sidecar" },
      ]);
      await expect(
        nerSidecar({ url: `${url}/down`, language: "en", tries: 2, timeoutMs: 5000 })(["x"]),
      ).rejects.toThrow(/no spans after 2 attempts/);
      const failing = (path: string): Promise<unknown> =>
        nerSidecar({ url: `${url}/${path}`, language: "en", tries: 1, timeoutMs: 5000 })(["x"]);
      await expect(failing("page")).rejects.toMatchObject({
        kind: "outside",
        message: expect.not.stringContaining("Ann"),
      });
      await expect(failing("moved")).rejects.toMatchObject({ kind: "outside" });
      await expect(failing("endless")).rejects.toThrow(/more than 4000000 bytes/);
    } finally {
      server.close();
    }
  });
});
