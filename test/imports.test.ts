import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";

const root = join(import.meta.dirname, "..");

/** Which files of a folder import which top folder of the repository, as `from file`. */
function importsOf(folder: string, others: readonly string[]): string[] {
  const form = new RegExp(`(?:from|import\\()\\s*"(?:\\.\\./)+(${others.join("|")})/[^"]*"`, "g");
  return globSync(`${folder}/**/*.ts`, { cwd: root }).flatMap((file) =>
    [...readFileSync(join(root, file), "utf8").matchAll(form)].map(([, other]) => `${other} from ${file}`),
  );
}

test("the local clouds import nothing of the product", () => {
  expect(importsOf("local", ["components", "catalog", "operations", "policy", "backup", "cli"])).toEqual([]);
  // What it looks for is there: commands bring the two together.
  expect(importsOf("cli", ["local"])).toContain("local from cli/local/up.ts");
});

test.each(["components", "catalog", "operations", "policy", "backup"])(
  "%s imports neither the local clouds nor a command",
  (folder) => {
    expect(importsOf(folder, ["local", "cli"])).toEqual([]);
  },
);
