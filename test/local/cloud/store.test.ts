import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import { Store } from "../../../local/cloud/store.ts";

const directory = mkdtempSync(join(tmpdir(), "slipway store "));
afterAll(() => rmSync(directory, { recursive: true }));

describe("the store", () => {
  test("keeps its documents in the order of their creation, also when it is opened again", () => {
    const path = join(directory, "again.db");
    const first = new Store(path);
    const things = first.collection<{ n: number }>("thing");
    for (const id of ["c", "a", "b"]) things.put(id, { n: 1 });
    things.put("c", { n: 2 });
    first.collection("other").put("a", "else");
    expect([things.delete("a"), things.delete("a")]).toEqual([true, false]);
    first.close();
    const second = new Store(path);
    const again = second.collection("thing");
    expect([again.list(), again.get("c"), again.get("a")]).toEqual([
      [{ n: 2 }, { n: 1 }],
      { n: 2 },
      undefined,
    ]);
    second.close();
  });

  test("lets nobody but its owner read its files, whatever its folder allows", () => {
    const folder = mkdtempSync(join(directory, "open"));
    chmodSync(folder, 0o755);
    const store = new Store(join(folder, "cloud.db"));
    store.collection("password").put("doadmin", "a password");
    const modes = readdirSync(folder).map((name) => statSync(join(folder, name)).mode & 0o777);
    expect(modes.map((mode) => mode.toString(8))).toEqual(["600", "600", "600"]);
    store.close();
  });

  test("closes to others a file that was made open", () => {
    const path = join(directory, "made-open.db");
    new Store(path).close();
    chmodSync(path, 0o644);
    new Store(path).close();
    expect((statSync(path).mode & 0o777).toString(8)).toBe("600");
  });
});

test("fails for a file that is no database any more, with what to do", () => {
  const path = join(directory, "damaged.db");
  writeFileSync(path, "garbage ".repeat(1000));
  expect(() => new Store(path)).toThrow(
    `${path} is damaged: stop with \`slipway local down --keep\`, then put it back, or remove the folder that it is in to start over`,
  );
});
