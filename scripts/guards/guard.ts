/** What a guard is: the one place in the code that keeps something out, and the tests that must fail without it. */

export interface Guard {
  /** What is guarded, in words. */
  name: string;
  /** From the root of the repository. */
  file: string;
  /** Stands exactly once in the file. */
  from: string;
  /** What stands there without the guard. */
  to: string;
  /** Part of the paths of the tests that hold it, as scripts/test.ts takes it. */
  tests: string;
}

export interface Theme {
  title: string;
  guards: readonly Guard[];
}

/** The text without the guard. Throws unless the guard stands in it exactly once. */
export function without(text: string, { name, file, from, to }: Pick<Guard, "name" | "file" | "from" | "to">): string {
  const found = text.split(from).length - 1;
  if (found !== 1) throw new Error(`${name}: what is removed stands ${found} times in ${file}, not once.`);
  return text.replace(from, () => to);
}
