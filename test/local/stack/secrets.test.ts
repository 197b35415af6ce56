import { mkdtempSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { identityToRecipient } from "age-encryption";
import { LocalSecrets } from "../../../local/stack/secrets.ts";

const newHome = (): string => mkdtempSync(join(tmpdir(), "slipway-"));

test("a secret that is made up stays the same, also for the next process", () => {
  const home = newHome();
  const first = new LocalSecrets(home).provide("dev", ["secretKey", "slackWebhook"]);

  expect(Object.keys(first)).toEqual(["secretKey", "slackWebhook"]);
  expect(first["secretKey"]).toMatch(/^local:[\w-]{32}$/);
  expect(first["slackWebhook"]).toMatch(/^https:\/\/hooks\.slack\.com\/services\/local\/[\w-]{32}$/);
  expect(new LocalSecrets(home).provide("dev", ["secretKey"])).toEqual(first);
});

test("a secret that a person sets is kept", () => {
  const secrets = new LocalSecrets(newHome());
  secrets.set("dev", "secretKey", "mine");
  expect(secrets.provide("dev", ["secretKey"])).toEqual({ secretKey: "mine" });
});

test("stacks share no secret", () => {
  const secrets = new LocalSecrets(newHome());
  expect(secrets.provide("dev", ["secretKey"])).not.toEqual(secrets.provide("staging", ["secretKey"]));
});

test("only the owner can read the files", () => {
  const home = newHome();
  const secrets = new LocalSecrets(home);
  secrets.provide("dev", ["secretKey"]);
  const files = [secrets.passphraseFile(), join(home, "secrets", "dev.json")];
  expect(files.map((path) => (statSync(path).mode & 0o777).toString(8))).toEqual(["600", "600"]);
});

test("the passphrase is made once", () => {
  const home = newHome();
  const passphrase = new LocalSecrets(home).passphrase();
  expect(passphrase).toMatch(/^[\w-]{32}$/);
  expect(new LocalSecrets(home).passphrase()).toBe(passphrase);
});

test("fails on a file that is no JSON, naming it", () => {
  const home = newHome();
  const secrets = new LocalSecrets(home);
  const path = join(home, "secrets", "dev.json");
  writeFileSync(path, "{");
  expect(() => secrets.read("dev")).toThrow(`${path} is no JSON: mend or remove it`);
});

test("public keys are made up with the secret keys beside them, and older ones stay", async () => {
  const secrets = new LocalSecrets(newHome());
  const { backupRecipients = "" } = secrets.provide("dev", ["backupRecipients"]);
  const first = secrets.identities("dev");
  expect(await identityToRecipient(first.trim())).toBe(backupRecipients);
  expect(JSON.stringify(secrets.read("dev"))).not.toContain("AGE-SECRET-KEY");
  secrets.provide("dev", ["otherRecipients"]);
  expect(secrets.identities("dev").startsWith(first)).toBe(true);
  expect(secrets.identities("dev").trim().split("\n").length).toBe(2);
  expect(secrets.identities("staging")).toBe("");
});
