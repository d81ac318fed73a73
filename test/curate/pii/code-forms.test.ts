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
  ["an owner that is a file", "It is added to the name's metadata map and the name's metadata is kept."],
])("%s stay as they are", async (_name, text) => {
  expect(await redacted(text)).toBe(text);
});

test.each([
  ["(call Mary Smith (my aunt) at home)", "(call <PERSON> (my aunt) at home)"],
  ["(see the notes of Mary Smith (2020) and (2021).)", "(see the notes of <PERSON> (2020) and (2021).)"],
  ["See https://www.w3.org/People/Smith and 10.1.2.3.", "See <URL> and <IP_ADDRESS>."],
  ["(* note for Mary Smith and her file", "(* note for <PERSON> and her file"],
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
