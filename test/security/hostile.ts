/** What attackers and accidents send: strings, numbers and shapes that were never meant. */

const BIDI = "\u202egpj.exe\u202c";

/** One kind of danger each; whatever takes words has to stand every one of them. */
export const FAMILIES = {
  sql: ["' OR '1'='1' --", '"; DROP TABLE posts; --', "') UNION SELECT secret_hash FROM api_keys --"],
  tag: ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "'><img src=x onerror=alert(1)>"],
  path: ["../../../../etc/passwd", "..\\..\\windows\\win.ini", "%2e%2e%2f", "file:///etc/passwd"],
  header: ["\r\nX-Injected: yes", "x\nX-Injected: yes"],
  nul: ["a\u0000b", "%00", "Europe/Paris\u0000"],
  template: ["{{7*7}}<%= 7*7 %>${7*7}"],
  surrogate: ["\ud800", "a\udc00b"],
  long: ["a".repeat(20_001)],
} as const satisfies Record<string, readonly string[]>;

const OTHERS: readonly string[] = [
  "",
  " ",
  "0",
  "-1",
  "null",
  "undefined",
  "true",
  '" OR "" MATCH "*" NEAR(a b)',
  "javascript:alert(1)",
  "http://127.0.0.1/",
  "http://169.254.169.254/latest/meta-data/",
  "https://[::ffff:7f00:1]/",
  "%E0%A4%A",
  "=cmd|' /C calc'!A0",
  "__proto__",
  "constructor",
  "toString",
  "\ufeff\u200b\u2028",
  BIDI,
  "👩‍👩‍👧‍👦".repeat(50),
  "Z̸̢̛͍a̵l̷g̶o̸",
  "ﷺ".repeat(200),
  "9".repeat(400),
  "1e309",
  "-0",
  "NaN",
  "0x7f000001",
  "2026-02-30T25:61:61Z",
  "+275760-09-13T00:00:00.001Z",
  "0000-00-00T00:00:00Z",
  "2026-12-01T17:30:00+99:99",
  "9999-12-31T23:59:59.999-23:59",
  "a".repeat(65),
  "(a+)+$".repeat(100),
  "#".repeat(5000),
  "*".repeat(300),
];

/** Each is dangerous somewhere: in SQL, HTML, paths, headers, templates, numbers, dates or terminals. */
export const STRINGS: readonly string[] = [...Object.values(FAMILIES).flat(), ...OTHERS];

/** One of every family and one of all others; over the routes each is sent several times. */
export function someFor(name: string): string[] {
  const start = [...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1009, 7);
  return [...Object.values(FAMILIES), OTHERS].map((family) => family[start % family.length]!);
}

export const NUMBERS: readonly number[] = [
  0,
  -0,
  -1,
  1.5,
  2 ** 31,
  2 ** 53,
  -(2 ** 63),
  Number.MAX_VALUE,
  Number.MIN_VALUE,
  1e21,
];

/** JSON text so deep that whoever walks it by calling itself runs out of stack. */
export function deep(levels: number): string {
  return `${'{"a":['.repeat(levels / 2)}1${"]}".repeat(levels / 2)}`;
}
