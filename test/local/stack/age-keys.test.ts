import { expect, test } from "@jest/globals";
import { Decrypter, Encrypter, identityToRecipient } from "age-encryption";
import { newAgeKeys } from "../../../local/stack/age-keys.ts";

test("keys have the form of age, and fit each other", async () => {
  for (let round = 0; round < 20; round += 1) {
    const { recipient, identity } = newAgeKeys();
    expect(recipient).toMatch(/^age1[02-9ac-hj-np-z]{58}$/);
    expect(identity).toMatch(/^AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}$/);
    expect(await identityToRecipient(identity)).toBe(recipient);
  }
});

test("what one encrypts the other opens", async () => {
  const { recipient, identity } = newAgeKeys();
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  expect(await decrypter.decrypt(await encrypter.encrypt("a dump"), "text")).toBe("a dump");
});
