import { expect, test } from "vitest";

import { lispForms } from "../../../src/curate/pii/code/lisp.ts";
import { cpuMs } from "../../cpu-ms.ts";
import { redactedFields } from "./redacted-code.ts";

async function redacted(text: string): Promise<string> {
  return (await redactedFields({ text }))["text"] as string;
}

test.each([
  [
    "forms of Clojure over several lines, with strings and remarks",
    '(let [date "Sat, 22 Sep 2012 11:00:00 GMT"\n      req  {:headers {"if-modified-since" date}}]\n  ;; max sizes of Jordan data\n  (are [m s] (= s (:status (reply resp m))) :get 304))',
  ],
  [
    "a text of several lines in a definition",
    '(defprotocol PingListener\n  "A protocol for events. Some APIs (for example Jakarta) do not\n  listen. See https://shop.example.net/listeners"\n  (on-ping [listener socket data]))',
  ],
  ["a vector of small numbers", "(let [data [1 2 3 4 5 6 7 8 9 10]]\n  (run-benchmark data (first data)))"],
  [
    "a comment of OCaml above code",
    "(* This file is part of Lwt. See\n   https://shop.example.net/lwt for Paris. *)\n\nopen Lwt.Syntax\nlet x = 1",
  ],
  ["a definition of OCaml that goes on", "let client uri ofile meth =\n  run (client uri ofile meth)"],
  ["the type of a value", "val extension : Uri.t -> t\nval normalise : Uri.t -> string"],
  [
    "the end of a text that was cut off above",
    '  option sets https://shop.example.net/cookie attributes.\n  """\n  @spec put(t, binary) :: t\n  def put(%Conn{} = conn, key) do\n    %{conn | key: key}\n  end',
  ],
  [
    "a string that goes on after a backslash",
    'let text =\n  "Alice was beginning to get tired of \\\n   sitting by Mary on the bank, and \\\n   Alice had nothing to do"\nlet y = 2',
  ],
  ["addresses that every machine has", "Requests from `localhost`, 127.0.0.1, 0.0.0.0 or ::1 are not redirected."],
  [
    "standards and licences",
    "See https://www.rfc-editor.org/rfc/rfc9110 and https://www.apache.org/licenses/LICENSE-2.0.",
  ],
  [
    "modules and functions in a text",
    "Use ring.middleware.session.store/memory-store, Cohttp.S.IO or GenServer.call/2.",
  ],
  [
    "cases of a test in Haskell, in a list that begins with its commas",
    '  , example "Either Right" "1"  (Right 1 :: Either Int Int)\n  , y :: Taylor Jordan -- The field is optional, but never null.',
  ],
  ["equations of a function", "omitName ToJordan Arity0 = 'omitField\nomitName FromJordan Arity1 = 'liftField"],
  [
    "a comment of several lines after two dashes",
    "-- the <https://shop.example.net/package/time time> library\n-- has the formats of Paris,\n-- see https://shop.example.net/iso",
  ],
  [
    "a case of a test in YAML, whose name is a phrase",
    "name: Prematch Jordan\nargs: --output='x' t/text/ozymandias.txt\nstdout: |\n    boundless and bare",
  ],
  ["lines of files that a search prints", "lib/options.pl:2:use strict; and #workfile.pl# in it"],
  ["a day of astronomers", "The Julian Day is the same for both, and the Julian Date too. Prepend Perl code to it."],
  ["things with articles and numbers", "Quoth the Raven: pass any Bill of Attainder within ten Miles square."],
  [
    "a licence in capitals",
    "THE PROCUREMENT OF SUBSTITUTE GOODS OR SERVICES; OUT OF THE USE OF THIS SOFTWARE, EVEN IF ADVISED.",
  ],
  ["an owner that is a file", "It is added to the name's metadata map and the name's metadata is kept."],
])("%s stay as they are", async (_name, text) => {
  expect(await redacted(text)).toBe(text);
});

test.each([
  ["(call Mary Smith (my aunt) at home)", "(call <PERSON> (my aunt) at home)"],
  ["(see the notes of Mary Smith (2020) and (2021).)", "(see the notes of <PERSON> (2020) and (2021).)"],
  ["See https://www.w3.org/People/Smith and 10.1.2.3.", "See <URL> and <IP_ADDRESS>."],
  ["(* note for Mary Smith and her file", "(* note for <PERSON> and her file"],
  ["-- Mary Smith\n-- Jordan Miller called", "-- <PERSON>\n-- <PERSON> called"],
  [
    "name: Mary Smith\nphone: 212-555-0187\nnote: |\n    call back",
    "name: <PERSON>\nphone: <PHONE_NUMBER>\nnote: |\n    call back",
  ],
  [
    "Ask Raven about it. Julian Day called. See acme.io:8080/users",
    "Ask <PERSON> about it. <PERSON> called. See <URL>",
  ],
  ['(println "hi")\n\nMary Smith called.', '(println "hi")\n\n<PERSON> called.'],
])("%j", async (text, wanted) => {
  expect(await redacted(text)).toBe(wanted);
});

test("brackets that never close are read in linear time", async () => {
  const time = (lines: number): Promise<number> => {
    const text = "(a [b\n".repeat(lines);
    return cpuMs(() => lispForms(text, { start: 0, end: text.length }));
  };
  await time(2_000);
  expect(await time(80_000)).toBeLessThan(40 * (await time(8_000)) + 200);
});

test("a default password that is also a name of programs stays in the names", async () => {
  const text = "services:\n  postgres:\n    image: postgres:17\n    env:\n      POSTGRES_PASSWORD: postgres\n";
  expect(await redacted(text)).toContain("image: postgres:17");
  expect(await redacted("password: swordfish9\nUse swordfish9 again.")).not.toContain("swordfish9");
});
