import { expect, test } from "@jest/globals";
import { watch } from "../../cli/watch.ts";
import { OperationFault } from "../../operations/fault.ts";

/** What is written in as many rounds as there are texts; a fault is thrown where one is given. */
async function written(isTerminal: boolean, ...rounds: (string | Error)[]): Promise<string[]> {
  const found: string[] = [];
  const left = [...rounds];
  const show = async () => {
    const next = left.shift();
    if (next instanceof Error || next === undefined) throw next ?? new Error("the end");
    return next;
  };
  const waits: number[] = [];
  const screen = {
    show,
    isTerminal,
    write: (text: string) => void found.push(text),
    wait: async () => waits.push(1),
  };
  await expect(watch(screen)).rejects.toThrow("the end");
  expect(waits).toHaveLength(found.length);
  return found;
}

test("a terminal is cleared before each text", async () => {
  expect(await written(true, "one\n", "two\n")).toEqual(["\u001b[2J\u001b[Hone\n", "\u001b[2J\u001b[Htwo\n"]);
});

test("anything else gets one text below the other, without a control character", async () => {
  expect(await written(false, "one\n", "two\n")).toEqual(["one\n\n", "two\n\n"]);
});

test("a platform that refuses for a while is told, and looked at again", async () => {
  expect(await written(false, new OperationFault("GET /v2/apps answered 500"), "two\n")).toEqual([
    "GET /v2/apps answered 500\n\n",
    "two\n\n",
  ]);
});
