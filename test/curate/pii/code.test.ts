import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { codePlaces, PLACE } from "../../../src/curate/pii/code/code-regions.ts";
import { recognitionOf } from "../../../src/curate/pii/operators/profiles.ts";
import { redactRow } from "../../../src/curate/pii/operators/redact-row.ts";
import { type PiiProfile, RedactOptions } from "../../../src/domain/redact.ts";
import { lawRuns } from "../../law-runs.ts";
import { redactedFields, rowsWith } from "./redacted-code.ts";

async function redacted(text: string, profile: PiiProfile = "default"): Promise<string> {
  return (await redactedFields({ text }, profile))["text"] as string;
}

describe("code keeps its identifiers", () => {
  test.each([
    "print(max(a))",
    "Use print(max(a)) here.",
    "x = max(scores)\nruby = may + june\nprint(ruby)",
    "`max(a)` and `self.re` and `node.next.next`",
    "Scanner input = new Scanner(System.in);\nint max = input.nextInt();",
    "class Node:\n    def __init__(self, val):\n        self.re = val\n        self.next.next = None",
    'def ada(jordan, chad):\n    """Return the larger of the two.\n\n    Works for any type.\n    """\n    return max(jordan, chad)',
    "const paris = await fetch(url);\nconsole.log(paris.data.name);",
    "SELECT florence, austin FROM cities WHERE jordan = 5;",
    "exports.BrowserRouter = _chunk6js.BrowserRouter; exports.Navigate = _chunk6js.Navigate; exports.Mary = _chunk6js.Mary;",
    "module.exports={colorName:e=>`${e.lightness} ${e.hue}`,cyan:`zyan`,mary:3,jordan:e=>e.mary}",
    "!function(mary,jordan){jordan.mary=mary.max}(this,window)",
    "#include <iostream>\nusing namespace std;\nint main() {\n  int victoria = 5551234567;\n  cout << victoria;\n}",
    'fn main() {\n    let charlotte: i64 = 4155550123;\n    println!("{}", charlotte);\n}',
    "```java\npublic class Dean {\n  private Rose rose;\n}\n```",
    "max_so_far = 0\nmax_ending_here = 0\nfor i in range(0, size):\n  max_so_far = max(max_so_far, max_ending_here)",
  ])("%j stays as it is", async (text) => {
    for (const profile of ["default", "hipaa"] as const) expect(await redacted(text, profile)).toBe(text);
  });

  test.each([
    '<p>See <a href="https://developer.apple.com/library/archive/qa1948.html"\ntarget="_blank">the note</a> on that.</p>',
    'An icon: <svg width="24"><path d="M283.211 512c78.962 0 151.079-35.925 198.857-94.792 7.068-8.708-.639-21.43"/></svg>',
    "cat <<EOF\nAnd Heroes gave (so stood the will of Jack)\nIf I refuse to wed Demetrius.\nEOF\necho done",
    '@test "for Joseph" {\n  run bash garden.sh "Joseph"\n  [ "$status" -eq 0 ]\n}',
    '@test "luhn" {\n  run bash luhn.sh "055 444 285"\n  assert_output "81 80 80 80 00"\n  [ "$status" -eq 0 ]\n}',
    "-- | @since 2.2.1.0\nmain = print (f 1)\n-- needs template-haskell-2.10.0.1\ng x = f (x + 1)",
    "import qualified Typed.TH       as TH\nimport Data.Maybe (fromMaybe)\nmain = print (TH.run 1)",
    "  mojo get -v -r -o 25 google.com\n  ./myapp.pl daemon -l http://127.0.0.1:8080 -p fc00::/7",
  ])("and its strings, comments and markup where they are about nobody: %j", async (text) => {
    expect(await redacted(text)).toBe(text);
  });

  test("a name of the prose is not looked for among identifiers, and the row is not a leak for it", async () => {
    const text = "My friend Max asked.\n\n```python\nprint(max(a), 'Max')\n```";
    const options = RedactOptions.parse({});
    const row = { id: "r", source: "s", line: 1, fields: { text } };
    const { fields, leaks } = await redactRow(row, { options, recognition: recognitionOf(options), key: undefined });
    expect(fields["text"]).toBe("My friend <PERSON> asked.\n\n```python\nprint(max(a), '<PERSON>')\n```");
    expect(leaks).toEqual({ foundAgain: [], valuesLeft: 0 });
  });
});

describe("what is about somebody goes out of code too", () => {
  test.each([
    ['api_key = "sk-proj-Ab1Cd2Ef3Gh4Ij5Kl6Mn7Op8"\nclient = OpenAI(api_key)', "<SECRET>"],
    ['password = "hunter2024"\nconnect(password)', "<SECRET>"],
    ["# Written by jane.roe@acme-corp.com\ndef run():\n    pass", "<EMAIL_ADDRESS>"],
    ["git clone git@acme-corp.com:x.git\nnpm install", "<EMAIL_ADDRESS>"],
    ['patient = {"ssn": "536-90-4399"}\nsave(patient)', "<US_SSN>"],
    ['call("+1 415-555-0132")', "<PHONE_NUMBER>"],
    ["# Author: Rebecca Thornton\nimport os\nprint(os.name)", "<PERSON>"],
    ['<img src="a.png" alt="x"> Mary Smith called', "<PERSON>"],
    ['<a href="mailto:jane.roe@acme-corp.com">write</a>', "<EMAIL_ADDRESS>"],
    ['connect("84.22.101.7")\nprint(host)\nsave(host)', "<IP_ADDRESS>"],
    ["INSERT INTO people VALUES ('Rebecca Thornton', 42);", "<PERSON>"],
  ])("%j", async (text, wanted) => {
    expect(await redacted(text)).toContain(wanted);
  });

  test.each([
    "Name: Rebecca Thornton\nPhone: +1 415-555-0132\nCity: Springfield",
    "name = Rebecca Thornton\nemail = rebecca@acme-corp.com",
    '{"name": "Rebecca Thornton", "city": "Springfield"}',
    "Dear Rebecca Thornton,\nthe result (see below) is ready;\nplease call.\n",
    "```\nRebecca Thornton lives in Springfield.\n```",
    "```text\nRebecca Thornton\n```",
  ])("forms, letters and data are no code: %j", async (text) => {
    expect(await redacted(text)).not.toContain("Thornton");
  });

  test("Safe Harbor takes whatever a string or a comment shows", async () => {
    const text = 'visit = "seen on 2021-03-04 in Springfield"\nsave(visit, now())';
    expect(await redacted(text)).toBe(text);
    expect(await redacted(text, "hipaa")).not.toContain("2021-03-04");
  });
});

describe("words of programmes and texts about them", () => {
  test.each([
    "Use self.re to match, System.in to read and node.next.next to walk.",
    "Mojo::Util and Rose::Grace come with L<Florence::Austin>.",
    "Ruby is a programming language.",
    "Write it in Haskell, and set the font to Arial.",
    "Which is faster, Python, Ruby or Julia?",
    "Jordan is a country in the Middle East.",
    "Use the Ruby idiom of `each`.",
    "# Ruby idiom",
    "flask==2.0.1.3",
    "pip install flask==2.0.1.3 'numpy>=1.2,<2.0.1.3'",
    "We upgraded to flask==2.0.1.3, and to foo-2.0.1.3.tar.gz.",
    "extra-deps:\n- bytestring-0.12.2.0\n- Cabal-syntax-3.16.1.0",
    "- name: Mark the job as a success",
    'Set <PackageReference Include="Acme" Version="2.0.1.3" />',
    "Order number 4155550123 has shipped.",
    "Your order #415-555-0123 is late.",
    "The file has 4155550123 bytes.",
  ])("%j stays as it is", async (text) => {
    expect(await redacted(text)).toBe(text);
  });

  test.each([
    ["Ruby said that she is tired.", "<PERSON> said that she is tired."],
    ["Jordan said hello to me.", "<PERSON> said hello to me."],
    ["The host is 84.22.101.7, and ip == 84.22.101.8", "The host is <IP_ADDRESS>, and ip == <IP_ADDRESS>"],
    ["Call me at 4155550123.", "Call me at <PHONE_NUMBER>."],
    ["Order by phone: 4155550123.", "Order by phone: <PHONE_NUMBER>."],
    ["I read it on example.co.in and mail.acme.com", "I read it on <URL> and <URL>"],
  ])("%j becomes %j", async (text, wanted) => {
    expect(await redacted(text)).toBe(wanted);
  });
});

/** Words that are names of people, places and months, and what code calls its variables. */
const IDENTIFIERS = fc.constantFrom(
  ..."max min ruby ada jordan chad austin florence may june april will mark rose dean grace victoria charlotte carol jack rob bill frank art drew next re name in_ paris milan israel".split(
    " ",
  ),
);

const STATEMENT = fc.oneof(
  fc.tuple(IDENTIFIERS, IDENTIFIERS).map(([a, b]) => `${a} = ${b}(values)`),
  fc.tuple(IDENTIFIERS, IDENTIFIERS).map(([a, b]) => `self.${a}.${b} = ${b}.${a}[0]`),
  fc.tuple(IDENTIFIERS, fc.integer({ min: 2e9, max: 9e9 })).map(([a, n]) => `${a} += ${n}`),
  fc.tuple(IDENTIFIERS, IDENTIFIERS).map(([a, b]) => `if ${a} < ${b}:\n        return ${a}`),
  fc.tuple(IDENTIFIERS, IDENTIFIERS).map(([a, b]) => `for ${a} in ${b}.values():\n        print(${a}, ${b})`),
);

const FUNCTION = fc
  .tuple(IDENTIFIERS, IDENTIFIERS, fc.array(STATEMENT, { minLength: 1, maxLength: 8 }))
  .map(
    ([name, parameter, body]) =>
      `def ${name}(${parameter}):\n${body.map((line) => `    ${line}`).join("\n")}\n    return None`,
  );

describe("rows of code", () => {
  test("functions named after people come through untouched, in any profile", async () => {
    await fc.assert(
      fc.asyncProperty(FUNCTION, fc.constantFrom<PiiProfile>("default", "hipaa"), async (code, profile) => {
        for (const row of rowsWith("Write the function.", code))
          expect(await redactedFields(row, profile)).toEqual(row);
      }),
      { numRuns: lawRuns(300), seed: 20261129 },
    );
  });
});

describe("places of code", () => {
  test("strings and comments are told from what is around them", () => {
    const text = "Look:\nfoo('a', \"\") # d\nThat is all there is.";
    const shown = Array.from(codePlaces(text)!, (place) => ".cl"[place]).join("");
    expect(shown).toBe(`${".".repeat(6)}ccccclccccccccll${".".repeat(22)}`);
  });

  test("prose has none", () => {
    for (const text of ["Two (2) words; and more = better.", "If you go, let me know: thanks.", "a\nb\nc", ""])
      expect(codePlaces(text)?.includes(PLACE.code) ?? false).toBe(false);
  });
});
