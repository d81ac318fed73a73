import { describe, expect, test } from "vitest";

import { recognise } from "../../../src/curate/pii/recognisers/recognise.ts";

const find = (text: string): string[] =>
  recognise(text).map(({ type, start, end }) => `${type} ${text.slice(start, end)}`);

// Put together here, so that no scanner of secrets takes this file for a leak.
const AWS = ["AKIA", "IOSFODNN7EXAMPLE"].join("");
const AWS_SECRET = ["wJalrXUtnFEMI/K7MDENG", "/bPxRfiCYEXAMPLEKEY"].join("");
const JWT = ["eyJhbGciOiJIUzI1NiJ9", "eyJzdWIiOiIxMjM0NTY3ODkwIn0", "dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P"].join(".");
/** Expired, and published with its checksum: base62-token.js of The Root Company. */
const GITHUB = ["ghp_", "zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ", "0mLq17"].join("");
const block = (kind: string) => `-----BEGIN ${kind} KEY-----\nMIIEowIBAAKCAQEAx1Zk7\nabc+/=\n-----END ${kind} KEY-----`;

describe("keys and tokens", () => {
  test.each([
    ["of Amazon", AWS],
    ["of Hugging Face", `hf_${"aBcDeFgHiJkLmNoP".repeat(3).slice(0, 34)}`],
    ["of OpenAI", `sk-proj-${"a1B2_".repeat(12)}x`],
    ["of Anthropic", `sk-ant-api03-${"a1B2-".repeat(18)}xxxAA`],
    ["of Stripe", `sk_live_${"a1B2".repeat(6)}`],
    ["of Slack", `xoxb-1234567890-${"a1B2".repeat(6)}`],
    ["of Google", `AIza${"a1B2_".repeat(7)}`],
    ["of GitLab", `glpat-${"a1B2_".repeat(4)}`],
    ["of the web (JWT)", JWT],
    ["of RSA", block("RSA PRIVATE")],
    ["of PKCS 8", block("PRIVATE")],
  ])("%s are found in prose and in code", (_, secret) => {
    expect(find(`use ${secret} please`)).toEqual([`SECRET ${secret}`]);
    expect(find(`const key = "${secret}";`)).toEqual([`SECRET ${secret}`]);
    expect(find(`API_KEY=${secret}\n`)).toEqual([`SECRET ${secret}`]);
  });

  test("of GitHub are proved by the checksum in their last six characters, and found without it", () => {
    const score = (token: string) => recognise(`token ${token}`)[0]?.score;
    expect(score(GITHUB)).toBe(1);
    expect(score(GITHUB.replace("zQWB", "zQWC"))).toBe(0.9);
  });

  test("a private key whose last line is missing ends with its Base64", () => {
    const torn = `-----BEGIN PRIVATE KEY-----\n${"MIIEowIBAAKCAQEA\n".repeat(6)}`;
    expect(find(`${torn}(the rest is lost)`)).toEqual([`SECRET ${torn}`]);
  });

  test("a secret of forty characters needs a word before it that says so", () => {
    expect(find(`aws_secret_access_key = ${AWS_SECRET}`)).toEqual([`SECRET ${AWS_SECRET}`]);
    expect(find(`the digest is ${AWS_SECRET}`)).toEqual([]);
    expect(find("secret of commit 2fd4e1c67a2d28fced849ee1bb76e7391b93eb12")).toEqual([]);
  });
});

describe("passwords and names of accounts", () => {
  test.each([
    ["my password is Sommer2024!", "SECRET Sommer2024!"],
    ["Password: hunter22", "SECRET hunter22"],
    ["passwd=letmein", "SECRET letmein"],
    ["Log in as jane with passwd=letmein and wait.", "SECRET letmein"],
    ["Then pwd=opensesame.", "SECRET opensesame"],
    ["password is swordfish", "SECRET swordfish"],
    ["The wifi password is opensesame.", "SECRET opensesame"],
    ["passphrase: open sesame", "SECRET open sesame"],
    ["Passphrase: correct horse battery staple.", "SECRET correct horse battery staple"],
    ["my passphrase is correct horse battery staple", "SECRET correct horse battery staple"],
    ["The passphrase is correct horse.", "SECRET correct horse"],
    ["my password is correct horse battery staple.", "SECRET correct horse battery staple"],
    ["PIN: 4471", "SECRET 4471"],
    ["my pin is 4471", "SECRET 4471"],
    ['{"password": "hunter22"}', "SECRET hunter22"],
    ["username: jdoe1987", "USERNAME jdoe1987"],
    ["my user name is jdoe_1987, thanks", "USERNAME jdoe_1987"],
    ['api_key = "9f8e7d6c5b4a39281706f5e4d3c2b1a0"', "SECRET 9f8e7d6c5b4a39281706f5e4d3c2b1a0"],
    ["Authorization: Basic dXNlcjpwYXNzd29yZDEyMw==", "SECRET dXNlcjpwYXNzd29yZDEyMw=="],
    ["it says username rowan.pike77 is locked", "USERNAME rowan.pike77"],
    ["u/throwaway_4432 on reddit", "USERNAME u/throwaway_4432"],
    ["follow me @jane_doe42 please", "USERNAME @jane_doe42"],
    ["I am on twitter as @janedoe", "USERNAME @janedoe"],
  ])("%s", (text, expected) => {
    expect(find(text)).toEqual([expected]);
  });

  test.each([
    'const password = getpass("x1"); let username: string; const username = user1.name;',
    "password: str = Field(min_length=8), username: Optional[str2] = None",
    "the pin is on the map; pin 4471 of the board; PIN: 13; the pin is 4471 metres away; pin: 4471.5",
    "The password is required. My password is expired. The password is incorrect and the passphrase is long.",
    "password is missing, password is null, your password is secret, password is case-sensitive, password is wrong",
    "The passphrase is kept safe. The passphrase is hard work. My passphrase is probably too old by now.",
    "The password is not correct. The password is working fine now thanks. Passphrase is case sensitive.",
    "passphrase: a password of many words; passphrase: enter your own; password=password; passwd=undefined",
    "cur = psycopg2.connect(host=host, password=dbpassword)\nuser.passwd = dbpasswd\nconst pwd = readline;",
    "password=None\npassword=false\npasswd=required\npassword: string\npasswd=$DBPASS\npwd=/srv/letmein",
    "A password must be 8 characters; my password is not working since 2019.",
    "@property\ndef handle(self): ...  # twitter\n@app.route\n * @param username my handle is it",
    "def sign(private_key: PKCS7PrivateKeyTypes, api_key=settings.API_KEY_2024_OF_PRODUCTION): ...",
    "import x from '@types/node'; // follow me",
    "sk-button sk-live-demo-of-a-class-name, eyJust.a.word, -----BEGIN CERTIFICATE-----",
    'START = b"-----BEGIN OPENSSH PRIVATE KEY-----"\nEND = b"-----END OPENSSH PRIVATE KEY-----"',
  ])("code and prose have none: %s", (text) => {
    expect(find(text)).toEqual([]);
  });
});

describe("identifiers by a word before them", () => {
  test.each([
    ["Reisepass C01X00T47", "PASSPORT C01X00T47"],
    ["pasaporte número AAB123456", "PASSPORT AAB123456"],
    ["date of birth 19870312", "DATE_TIME 19870312"],
    ["dob: 1983.06.05", "DATE_TIME 1983.06.05"],
    ["d.o.b. 12 03 1987", "DATE_TIME 12 03 1987"],
    ["subscriber YTR884512 was denied", "HEALTH_PLAN_NUMBER YTR884512"],
    ["policy # PQ-99381", "HEALTH_PLAN_NUMBER PQ-99381"],
  ])("%s", (text, expected) => {
    expect(find(text)).toContain(expected);
  });

  test.each(["the policy of 2019, group B12 and COVID19", "part 19870312 of the series", "passport rules of 2023"])(
    "not without it: %s",
    (text) => {
      expect(find(text)).toEqual([]);
    },
  );
});
