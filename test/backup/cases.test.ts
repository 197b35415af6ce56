import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "@jest/globals";

const root = fileURLToPath(new URL("../../", import.meta.url));
const rows = [
  ...readFileSync(`${root}docs/backup-cases.md`, "utf8").matchAll(/^\| ([BR]\d+) \| [^|]+ \| ([^|]+) \|$/gm),
].map(([, id = "", files = ""]) => ({
  id,
  files: [...files.matchAll(/`([^`]+)`/g)].map(([, file = ""]) => file),
}));

test("every case of a backup's and of a restore's reliability is listed once", () => {
  const ids = [27, 17].flatMap((count, list) =>
    Array.from({ length: count }, (_, n) => `${"BR"[list]}${n + 1}`),
  );
  expect(rows.map(({ id }) => id)).toEqual(ids);
});

test("every case that is listed has a test of its name in every suite that is listed for it", () => {
  const without = rows.flatMap(({ id, files }) =>
    files
      .filter(
        (file) =>
          !new RegExp(`["\x60][^\\n"\x60]*\\b${id}\\b`).test(readFileSync(`${root}test/${file}`, "utf8")),
      )
      .map((file) => `${id} ${file}`),
  );
  expect(without).toEqual([]);
  expect(rows.filter(({ files }) => files.length === 0)).toEqual([]);
});

test("every suite that names a case is listed for it", () => {
  const suites = readdirSync(`${root}test/backup`).filter((file) => file.endsWith(".test.ts"));
  const unlisted = suites.flatMap((suite) => {
    const text = readFileSync(`${root}test/backup/${suite}`, "utf8");
    const named = [...text.matchAll(/^ *(?:test|describe)[^\n]*?["\x60]((?:[BR]\d+(?:, )?)+) /gm)];
    const ids = new Set(named.flatMap(([, list = ""]) => list.split(", ")));
    return [...ids]
      .filter((id) => !rows.some((row) => row.id === id && row.files.includes(`backup/${suite}`)))
      .map((id) => `${id} backup/${suite}`);
  });
  expect(unlisted).toEqual([]);
});
