import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { readJson, writePrivately } from "../files.ts";
import { newAgeKeys } from "./age-keys.ts";

const Secrets = z.record(z.string(), z.string());

/**
 * The secrets of the local stacks. What only a stack's owners can decrypt is made up here, kept beside the state in
 * files that only their owner can read, and stays the same until a person sets it anew.
 */
export class LocalSecrets {
  private readonly directory: string;

  constructor(home: string) {
    this.directory = join(home, "secrets");
    mkdirSync(this.directory, { recursive: true, mode: 0o700 });
  }

  /** File with the passphrase that encrypts the local state; made up on first use. */
  passphraseFile(): string {
    const path = join(this.directory, "passphrase");
    if (!existsSync(path)) writePrivately(path, randomBytes(24).toString("base64url"));
    return path;
  }

  passphrase(): string {
    return readFileSync(this.passphraseFile(), "utf8");
  }

  /** Every secret that is set for a stack, by name. */
  read(stack: string): Record<string, string> {
    return Secrets.parse(readJson(this.fileOf(stack)) ?? {});
  }

  /** Makes up what is missing of the named secrets and answers with all that is set. */
  provide(stack: string, needed: readonly string[]): Record<string, string> {
    const present = this.read(stack);
    const missing = needed.filter((name) => present[name] === undefined);
    if (missing.length === 0) return present;
    const made = Object.fromEntries(missing.map((name) => [name, this.madeUp(stack, name)]));
    return this.write(stack, { ...present, ...made });
  }

  /** Sets one secret; the next `local up` carries it to the stack. */
  set(stack: string, name: string, value: string): void {
    this.write(stack, { ...this.read(stack), [name]: value });
  }

  /** The secret keys of age that open what was encrypted for this stack's made up public keys, one a line. */
  identities(stack: string): string {
    const file = this.identityFile(stack);
    return existsSync(file) ? readFileSync(file, "utf8") : "";
  }

  private write(stack: string, secrets: Record<string, string>): Record<string, string> {
    writePrivately(this.fileOf(stack), `${JSON.stringify(secrets, undefined, 2)}\n`);
    return secrets;
  }

  private fileOf(stack: string): string {
    return join(this.directory, `${stack}.json`);
  }

  /** Beside the stack's secrets and not among them: the stack itself must not be able to read its backups. */
  private identityFile(stack: string): string {
    return join(this.directory, `${stack}.identities`);
  }

  /** A value of the shape that the secret's name asks for: public keys, Slack's webhooks, else a random `user:token`. */
  private madeUp(stack: string, name: string): string {
    if (/recipients/i.test(name)) {
      const { recipient, identity } = newAgeKeys();
      // Older backups need the older keys.
      writePrivately(this.identityFile(stack), `${this.identities(stack)}${identity}\n`);
      return recipient;
    }
    const token = randomBytes(24).toString("base64url");
    return /slack|webhook/i.test(name) ? `https://hooks.slack.com/services/local/${token}` : `local:${token}`;
  }
}
