import { expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { watched } from "../../../local/stack/watched-program.ts";

test("a watched program's outputs are known, secrets marked, and ordered as the state has them", async () => {
  const { run, outputs } = watched(async () => ({
    url: pulumi.secret("postgresql://app:pass@host"),
    release: {
      version: pulumi.output(Promise.resolve("1.2.0")),
      images: [{ name: "api", digest: "sha256:1" }],
    },
    zone: undefined,
    host: null,
    nested: { password: pulumi.secret("pass"), left: undefined },
  }));
  await run();
  const known = await outputs();
  expect(JSON.stringify(known)).toBe(
    JSON.stringify({
      host: { value: null, secret: false },
      nested: { value: { password: "pass" }, secret: true },
      release: {
        value: { images: [{ digest: "sha256:1", name: "api" }], version: "1.2.0" },
        secret: false,
      },
      url: { value: "postgresql://app:pass@host", secret: true },
    }),
  );
});

test("a program that answers nothing, or has not run, has no outputs", async () => {
  const { run, outputs } = watched(async () => undefined);
  expect(await outputs()).toEqual({});
  await run();
  expect(await outputs()).toEqual({});
});

test("the outputs are those of the newest run", async () => {
  let runs = 0;
  const { run, outputs } = watched(async () => ({ runs: ++runs }));
  await run();
  await run();
  expect(await outputs()).toEqual({ runs: { value: 2, secret: false } });
});

test("that a program has answered is told, and not where it throws", async () => {
  let answers = 0;
  const count = (): void => {
    answers += 1;
  };
  await expect(
    watched(async () => {
      throw new Error("product.formerName: must be tinkertools");
    }, count).run(),
  ).rejects.toThrow("product.formerName");
  expect(answers).toBe(0);
  await watched(async () => undefined, count).run();
  expect(answers).toBe(1);
});
